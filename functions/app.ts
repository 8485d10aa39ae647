import { withCorrelationIds } from '../shared/azure/wire/correlation.ts';
import { problemsToTell, readSettings, type Settings } from '../shared/config.ts';
import { VpnRadiusError } from '../shared/core/errors.ts';
import { logLine } from '../shared/core/log-line.ts';
import { askNpsServer } from './compliance/ask-nps-server.ts';
import { checkCompliance } from './compliance/check-compliance.ts';
import { evaluatePart, readSubscription } from './compliance/check-subscription.ts';
import { runLane } from './compliance/lanes.ts';
import { repairGateway } from './compliance/repair-gateway.ts';
import { complianceActivities } from './compliance/steps.ts';
import { tryDeploymentAgain } from './deployment/again/try-again.ts';
import { rotateDueSecrets } from './deployment/due/rotate-due-secrets.ts';
import { addressPools } from './deployment/gateway/address-pool.ts';
import { provisionGateway } from './deployment/gateway/provision-gateway.ts';
import { configureNpsServer } from './deployment/nps/configure-nps-server.ts';
import { previewWithNps } from './deployment/preview/preview-with-nps.ts';
import { provisionVpnGateway } from './deployment/provision-vpn-gateway.ts';
import { rotateInWindow } from './deployment/secret/rotate-in-window.ts';
import { keepTelling } from './deployment/telling/keep-telling.ts';
import { eventDelivery } from './events/event-delivery.ts';
import { gatewayDeleted } from './events/gateway-deleted.ts';
import { gatewayWritten } from './events/gateway-written.ts';
import { secretNearExpiry } from './events/secret-near-expiry.ts';
import { vnetCreated } from './events/vnet-created.ts';
import { listReports } from './http/compliance/list-reports.ts';
import { showLatestCompliance, showReport } from './http/compliance/show-report.ts';
import { showComplianceRun } from './http/compliance/show-run.ts';
import { startComplianceRun } from './http/compliance/start-run.ts';
import { cancelDeployment } from './http/deployments/cancel-deployment.ts';
import { decideApproval } from './http/deployments/decide-approval.ts';
import { issueClientProfile } from './http/deployments/issue-client-profile.ts';
import { listDeployments } from './http/deployments/list-deployments.ts';
import { showDeployment } from './http/deployments/show-deployment.ts';
import { showRecord } from './http/deployments/show-record.ts';
import { exportDeployment } from './http/export/export-deployment.ts';
import { migrateGateway } from './http/migrations/migrate-gateway.ts';
import { servePage } from './http/page/serve-page.ts';
import { previewDeployment } from './http/plan/preview-deployment.ts';
import { showPlan } from './http/plan/show-plan.ts';
import { showPreview } from './http/plan/show-preview.ts';
import { receiveTicket } from './http/receive-ticket.ts';
import { removeGateway } from './http/removals/remove-gateway.ts';
import { reportHealth, reportWrongSettings } from './http/report-health.ts';
import { cancelRotations } from './http/rotations/cancel-rotations.ts';
import { rotateSecret } from './http/rotations/rotate-secret.ts';
import { showRotations } from './http/rotations/show-rotations.ts';
import { showGuardrails } from './http/show-guardrails.ts';
import { receiveSystemTicket } from './http/ticket-systems/receive-system-ticket.ts';
import { listWaivers } from './http/waivers/list-waivers.ts';
import { showWaiver } from './http/waivers/show-waiver.ts';
import { waiveFinding } from './http/waivers/waive-finding.ts';
import { withdrawWaiver } from './http/waivers/withdraw-waiver.ts';
import { migrateVpnGateway } from './migration/migrate-vpn-gateway.ts';
import { pageAddress, withPageLinks } from './page-links.ts';
import { connectPorts } from './ports.ts';
import {
  entity,
  event,
  orchestrations,
  registerActivities,
  registerRecordedActivities,
  routes,
  timer,
} from './registration.ts';
import { removeVpnGateway } from './removal/remove-vpn-gateway.ts';
import { deploymentActivities, planNeeds } from './steps.ts';
import { startTelemetry } from './telemetry.ts';
import { complianceDue } from './timers/check-compliance.ts';
import { housekeeping } from './timers/housekeeping.ts';

try {
  registerFunctions(readSettings(process.env));
} catch (error) {
  if (!(error instanceof VpnRadiusError)) throw error;
  // An entry file that throws leaves every route with 404, and nobody sees the reason. So nothing else may run when the
  // settings are wrong.
  const problems = problemsToTell(error.failure, process.env);
  console.error(logLine('VpnRadius.Settings.Wrong', 'app', { problems }));
  routes('key')('reportHealth', 'GET', 'health', reportWrongSettings(problems), 'anonymous');
}

function registerFunctions(settings: Settings): void {
  const ports = withPageLinks(connectPorts(settings), pageAddress(process.env.WEBSITE_HOSTNAME));
  const route = routes(settings.AUTH_MODE);
  const rotations = {
    secretCatalogue: ports.secretCatalogue,
    rows: ports.rows,
    defaults: settings.DEFAULT_NPS_SERVERS,
  };

  const migrations = { archive: ports, gateways: ports.gateways, rotations, settings };

  route('receiveTicket', 'POST', 'tickets', receiveTicket(ports, settings, ports, migrations));
  route(
    'receiveSystemTicket',
    'POST',
    'tickets/{system}',
    receiveSystemTicket(ports, settings, ports.credentials, ports.people),
  );
  route(
    'previewDeployment',
    'POST',
    'deployments/plan',
    previewDeployment(planNeeds(ports, settings), ports, migrations),
  );
  route('showPreview', 'GET', 'plans/{id}', showPreview);
  route('listDeployments', 'GET', 'deployments', listDeployments(ports));
  route('showDeployment', 'GET', 'deployments/{id}', showDeployment(ports));
  route('showPlan', 'GET', 'deployments/{id}/plan', showPlan(ports));
  route('showRecord', 'GET', 'deployments/{id}/record', showRecord(ports));
  route(
    'exportDeployment',
    'GET',
    'deployments/{id}/export',
    exportDeployment(ports, ports.gateways, settings.KEY_VAULT_URL),
  );
  route('decideApproval', 'POST', 'deployments/{id}/approval', decideApproval(ports));
  route('cancelDeployment', 'POST', 'deployments/{id}/cancel', cancelDeployment(ports));
  route(
    'issueClientProfile',
    'POST',
    'deployments/{id}/client-profile',
    issueClientProfile(ports, ports.gateways),
  );
  route(
    'rotateSecret',
    'POST',
    'rotations',
    rotateSecret(
      { ...ports, ...rotations, maxAgeDays: settings.SECRET_MAX_AGE_DAYS },
      settings.COMPLIANCE_REPAIR_WINDOW,
    ),
  );
  route('showRotations', 'GET', 'rotations/{id}', showRotations(ports.rows));
  route('cancelRotations', 'POST', 'rotations/{id}/cancel', cancelRotations(ports.rows));
  route('removeGateway', 'POST', 'removals', removeGateway(ports, settings));
  route('migrateGateway', 'POST', 'migrations', migrateGateway(migrations));
  route('startComplianceRun', 'POST', 'compliance/runs', startComplianceRun(settings));
  route('showComplianceRun', 'GET', 'compliance/runs/{id}', showComplianceRun);
  route('showLatestCompliance', 'GET', 'compliance/latest', showLatestCompliance(ports.reports));
  route('listReports', 'GET', 'compliance/reports', listReports(ports.rows));
  route('showReport', 'GET', 'compliance/reports/{id}', showReport(ports.reports));
  route('waiveFinding', 'POST', 'compliance/waivers', waiveFinding(ports));
  route('listWaivers', 'GET', 'compliance/waivers', listWaivers(ports.rows));
  route('showWaiver', 'GET', 'compliance/waivers/{id}', showWaiver(ports.rows));
  route('withdrawWaiver', 'POST', 'compliance/waivers/{id}/withdrawal', withdrawWaiver(ports));
  route('showGuardrails', 'GET', 'guardrails', showGuardrails(settings));
  route('servePage', 'GET', 'portal/{*path}', servePage(settings), 'anonymous');
  route('reportHealth', 'GET', 'health', reportHealth(ports, settings.SUBSCRIPTION_IDS), 'anonymous');

  event('vnetCreated', vnetCreated(ports, ports.virtualNetworks));
  event('gatewayWritten', gatewayWritten);
  event('gatewayDeleted', gatewayDeleted(ports));
  event(
    'secretNearExpiry',
    secretNearExpiry({ ...ports, ...rotations, archive: ports }, settings.COMPLIANCE_REPAIR_WINDOW),
  );
  timer('complianceDue', settings.COMPLIANCE_SCHEDULE, complianceDue(settings));
  timer('housekeeping', settings.HOUSEKEEPING_SCHEDULE, housekeeping(ports, settings));
  entity('addressPools', addressPools);
  entity('eventDelivery', eventDelivery);

  orchestrations({
    provisionVpnGateway,
    removeVpnGateway,
    migrateVpnGateway,
    previewWithNps,
    rotateInWindow,
    rotateDueSecrets,
    provisionGateway,
    configureNpsServer,
    keepTelling,
    tryDeploymentAgain,
  });
  orchestrations({
    checkCompliance,
    readSubscription,
    askNpsServer,
    evaluatePart,
    repairGateway,
    runLane,
  });
  registerRecordedActivities(deploymentActivities(ports, settings), withCorrelationIds);
  registerActivities(complianceActivities(ports, settings, planNeeds(ports, settings)));
  startTelemetry(settings);
}
