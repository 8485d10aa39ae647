import type { Settings } from '../../shared/config.ts';
import type { PlanNeeds } from '../deployment/planning/facts.ts';
import type { Ports } from '../ports.ts';
import { discoverGateways, giveUpNetworks, readNetworks, resolveSubscriptions } from './steps/discovery.ts';
import { evaluateGateways, giveUpPart } from './steps/evaluation.ts';
import { forgetNpsTest, giveUpNpsTest, joinNpsAnswers, readNpsTest, startNpsTest } from './steps/nps.ts';
import { forgetOwnChecks, startOwnCheck, takeOwnChecks } from './steps/own-checks.ts';
import { checkRecords } from './steps/records.ts';
import { planRepairs, readRepair, startRepair } from './steps/repair.ts';
import { assembleReport, publishReport, tidyReports } from './steps/report.ts';
import { listSecrets } from './steps/secret-names.ts';
import { evaluateNpsServers } from './steps/servers.ts';
import { surveyGateways } from './steps/survey.ts';
import { closeFindingTicket, openFindingTicket, planTickets, recordTickets } from './steps/tickets.ts';

/** The durable steps of the compliance check. */
export function complianceActivities(ports: Ports, settings: Settings, needs: PlanNeeds) {
  const { fleet, gateways, virtualNetworks, npsServers, secrets, secretCatalogue, reports, findingTickets } =
    ports;
  const { COMPLIANCE_WAIVERS: waivers, COMPLIANCE_REPAIR_WINDOW: window } = settings;
  const wishes = {
    sku: settings.DEFAULT_GATEWAY_SKU,
    radiusServers: settings.DEFAULT_NPS_SERVERS,
    mfaEndpoints: settings.MFA_ENDPOINTS,
  };
  return {
    startOwnCheck: startOwnCheck(ports.rows),
    takeOwnChecks: takeOwnChecks(ports.rows),
    forgetOwnChecks: forgetOwnChecks(ports.rows),
    resolveSubscriptions: resolveSubscriptions(settings.SUBSCRIPTION_IDS, ports.rows),
    discoverGateways: discoverGateways(fleet, gateways, virtualNetworks, reports),
    readNetworks: readNetworks(fleet, reports),
    giveUpNetworks: giveUpNetworks(reports),
    listSecrets: listSecrets(secretCatalogue, reports),
    surveyGateways: surveyGateways(reports, ports.rows, wishes, waivers),
    startNpsTest: startNpsTest(npsServers, reports),
    readNpsTest: readNpsTest(npsServers, reports, secrets),
    giveUpNpsTest: giveUpNpsTest(reports),
    joinNpsAnswers: joinNpsAnswers(reports),
    forgetNpsTest: forgetNpsTest(npsServers, reports),
    evaluateNpsServers: evaluateNpsServers(reports),
    evaluateGateways: evaluateGateways({
      gateways,
      secrets,
      store: reports,
      radiusProbes: ports.radiusProbes,
      secretMaxAgeDays: settings.SECRET_MAX_AGE_DAYS,
      guardrails: settings.GUARDRAILS,
    }),
    giveUpPart: giveUpPart(reports),
    checkRecords: checkRecords({
      archive: ports,
      store: reports,
      retentionDays: settings.RECORD_RETENTION_DAYS,
    }),
    assembleReport: assembleReport(reports),
    publishReport: publishReport(reports, ports.rows),
    planTickets: planTickets(findingTickets, reports),
    openFindingTicket: openFindingTicket(findingTickets),
    closeFindingTicket: closeFindingTicket(findingTickets),
    recordTickets: recordTickets(reports),
    planRepairs: planRepairs(needs, gateways, reports, window),
    startRepair: startRepair(ports, needs, gateways, window),
    readRepair: readRepair(ports),
    tidyReports: tidyReports(reports),
  };
}
