import { readSettings } from '../shared/config.ts';
import { activities as allActivities, planNeeds } from './activities/all.ts';
import { addressPools } from './entities/address-pools.ts';
import { gatewayWritten } from './events/gateway-written.ts';
import { secretNearExpiry } from './events/secret-near-expiry.ts';
import { vnetCreated } from './events/vnet-created.ts';
import { showComplianceRun, showLatestCompliance, startComplianceRun } from './http/compliance.ts';
import { cancelDeployment, decideApproval } from './http/decisions.ts';
import { listDeployments, showDeployment } from './http/deployments.ts';
import { issueClientProfile } from './http/issue-client-profile.ts';
import { previewDeployment } from './http/preview-deployment.ts';
import { receiveSystemTicket } from './http/receive-system-ticket.ts';
import { receiveTicket } from './http/receive-ticket.ts';
import { reportHealth } from './http/report-health.ts';
import { rotateSecret } from './http/rotate-secret.ts';
import { runLane } from './orchestrators/branches.ts';
import { checkCompliance } from './orchestrators/check-compliance.ts';
import { evaluatePart, readSubscription } from './orchestrators/check-subscription.ts';
import { configureNpsServer } from './orchestrators/configure-nps-server.ts';
import { deliverAnswer } from './orchestrators/deliver-answer.ts';
import { provisionGateway } from './orchestrators/provision-gateway.ts';
import { provisionVpnGateway } from './orchestrators/provision-vpn-gateway.ts';
import { repairGateway } from './orchestrators/repair-gateway.ts';
import { rotateInWindow } from './orchestrators/rotate-in-window.ts';
import { testNpsServer } from './orchestrators/test-nps-server.ts';
import { connectPorts } from './ports.ts';
import { activities, entity, event, orchestrations, routes, timer } from './registration.ts';
import { startTelemetry } from './telemetry.ts';
import { complianceDue } from './timers/check-compliance.ts';

const settings = readSettings(process.env);
const ports = connectPorts(settings);
const route = routes(settings.AUTH_MODE);
const rotations = { secretCatalogue: ports.secretCatalogue, defaults: settings.DEFAULT_NPS_SERVERS };

route('receiveTicket', 'POST', 'tickets', receiveTicket(settings));
route('receiveSystemTicket', 'POST', 'tickets/{system}', receiveSystemTicket(settings, ports.credentials));
route('previewDeployment', 'POST', 'deployments/plan', previewDeployment(planNeeds(ports, settings)));
route('listDeployments', 'GET', 'deployments', listDeployments);
route('showDeployment', 'GET', 'deployments/{id}', showDeployment);
route('decideApproval', 'POST', 'deployments/{id}/approval', decideApproval);
route('cancelDeployment', 'POST', 'deployments/{id}/cancel', cancelDeployment);
route('issueClientProfile', 'POST', 'deployments/{id}/client-profile', issueClientProfile(ports.gateways));
route('rotateSecret', 'POST', 'rotations', rotateSecret(ports.gateways, rotations));
route('startComplianceRun', 'POST', 'compliance/runs', startComplianceRun(settings));
route('showComplianceRun', 'GET', 'compliance/runs/{id}', showComplianceRun);
route('showLatestCompliance', 'GET', 'compliance/latest', showLatestCompliance(ports.reports));
route('reportHealth', 'GET', 'health', reportHealth(ports, settings.SUBSCRIPTION_IDS), 'anonymous');

event('vnetCreated', vnetCreated(ports.virtualNetworks));
event('gatewayWritten', gatewayWritten);
event('secretNearExpiry', secretNearExpiry({ ...ports, ...rotations }, settings.COMPLIANCE_REPAIR_WINDOW));
timer('complianceDue', settings.COMPLIANCE_SCHEDULE, complianceDue(settings));
entity('addressPools', addressPools);

orchestrations({ provisionVpnGateway, rotateInWindow, provisionGateway, configureNpsServer, deliverAnswer });
orchestrations({
  checkCompliance,
  readSubscription,
  testNpsServer,
  evaluatePart,
  repairGateway,
  runLane,
});
activities(allActivities(ports, settings));
startTelemetry(settings);
