import type { Settings } from '../../shared/config.ts';
import type { Ports } from './all.ts';
import {
  discoverGateways,
  giveUpNetworks,
  readNetworks,
  resolveSubscriptions,
} from './compliance-discovery.ts';
import { evaluateGateways, giveUpPart } from './compliance-evaluation.ts';
import { forgetNpsTest, giveUpNpsTest, readNpsTest, startNpsTest } from './compliance-nps.ts';
import { planRepairs, readRepair, startRepair } from './compliance-repair.ts';
import { assembleReport, publishReport, tidyReports } from './compliance-report.ts';
import { evaluateNpsServers } from './compliance-servers.ts';
import { startOwnCheck } from './compliance-start.ts';
import { surveyGateways } from './compliance-survey.ts';
import { closeFindingTicket, openFindingTicket, planTickets, recordTickets } from './compliance-tickets.ts';
import type { PlanNeeds } from './facts.ts';

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
    startOwnCheck: startOwnCheck(),
    resolveSubscriptions: resolveSubscriptions(settings.SUBSCRIPTION_IDS),
    discoverGateways: discoverGateways(fleet, gateways, virtualNetworks, reports),
    readNetworks: readNetworks(fleet, reports),
    giveUpNetworks: giveUpNetworks(reports),
    surveyGateways: surveyGateways(secretCatalogue, reports, wishes),
    startNpsTest: startNpsTest(npsServers, reports),
    readNpsTest: readNpsTest(npsServers, reports),
    giveUpNpsTest: giveUpNpsTest(reports),
    forgetNpsTest: forgetNpsTest(npsServers, reports),
    evaluateNpsServers: evaluateNpsServers(reports, waivers),
    evaluateGateways: evaluateGateways({
      gateways,
      secrets,
      store: reports,
      radiusProbes: ports.radiusProbes,
      waivers,
      secretMaxAgeDays: settings.SECRET_MAX_AGE_DAYS,
    }),
    giveUpPart: giveUpPart(reports),
    assembleReport: assembleReport(reports),
    publishReport: publishReport(reports),
    planTickets: planTickets(findingTickets, reports),
    openFindingTicket: openFindingTicket(findingTickets),
    closeFindingTicket: closeFindingTicket(findingTickets),
    recordTickets: recordTickets(reports),
    planRepairs: planRepairs(needs, gateways, reports, window),
    startRepair: startRepair(needs, gateways, window),
    readRepair: readRepair(),
    tidyReports: tidyReports(reports),
  };
}
