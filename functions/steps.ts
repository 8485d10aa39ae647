import type { Settings } from '../shared/config.ts';
import type { NpsExtras } from '../shared/nps/model.ts';
import type { complianceActivities } from './compliance/steps.ts';
import { admitDeployment } from './deployment/admission/steps.ts';
import { beginAgain, planNextTry } from './deployment/again/steps.ts';
import {
  beginDueRotation,
  endDueRotations,
  followDueRotations,
  listDueSecrets,
} from './deployment/due/steps.ts';
import type { PlanNeeds } from './deployment/planning/facts.ts';
import { planPreview } from './deployment/preview/plan-preview.ts';
import { rotateExpiring } from './deployment/secret/rotate-expiring.ts';
import { answerTicket, noteOnTicket } from './deployment/steps/answer-ticket.ts';
import { writeGateway } from './deployment/steps/gateway.ts';
import { compareGateway } from './deployment/steps/gateway-comparison.ts';
import { explainGatewayFailure, readGateway } from './deployment/steps/gateway-outcome.ts';
import { ensureGatewaySubnet, readGatewaySubnet } from './deployment/steps/gateway-subnet.ts';
import { keepPlan } from './deployment/steps/keep-plan.ts';
import { forgetNpsRun, readNpsRun, startNpsRun } from './deployment/steps/nps.ts';
import { planDeployment } from './deployment/steps/plan-deployment.ts';
import { planNpsServers } from './deployment/steps/plan-nps-servers.ts';
import { probeRadius } from './deployment/steps/probe-radius.ts';
import { ensurePublicIps, readPublicIps } from './deployment/steps/public-ips.ts';
import { publishEvent } from './deployment/steps/publish-event.ts';
import { ensureRadiusSecret } from './deployment/steps/radius-secret.ts';
import {
  findSecretOnGateway,
  readSecretHolders,
  rotateRadiusSecret,
} from './deployment/steps/rotate-secret.ts';
import { tellAgain } from './deployment/steps/telling.ts';
import { verifyDeployment } from './deployment/steps/verify-deployment.ts';
import { followNotedTags } from './deployment/tags/follow-tags.ts';
import { startTelling } from './deployment/telling/start-telling.ts';
import {
  beginAddressPhase,
  readAddressPhase,
  readGatewayAddresses,
  verifyAddresses,
} from './migration/steps/address-migration.ts';
import type { Ports } from './ports.ts';
import { answerFurtherTickets, recordAnswer } from './records/answers.ts';
import { planGatewayLooks, recordCreationTime } from './records/creation-times.ts';
import { recordEnd, releaseVirtualNetwork } from './records/ended.ts';
import { recordDecision, recordEvent, recordPlan } from './records/steps.ts';
import {
  deleteGateway,
  readGatewayDeletion,
  readWithoutPointToSite,
  readWithoutRadius,
  removePointToSite,
  removeRadius,
} from './removal/steps/gateway-removal.ts';
import { planNpsRemovals, planRemoval, readMade } from './removal/steps/plan-removal.ts';
import {
  deleteGatewaySubnet,
  deletePublicIp,
  isGatewaySubnetGone,
  isPublicIpGone,
  removeSecret,
} from './removal/steps/rest-removal.ts';
import { verifyRemoval } from './removal/steps/verify-removal.ts';

/**
 * Every durable step by its name. Histories hold these names: an instance that runs still calls them after an update.
 */
export type Activities = ReturnType<typeof deploymentActivities> & ReturnType<typeof complianceActivities>;

export function deploymentActivities(ports: Ports, settings: Settings) {
  const { virtualNetworks, publicIps, gateways, npsServers, secrets, tickets, topic } = ports;
  return {
    admitDeployment: admitDeployment(ports.rows, settings.DEFAULT_NPS_SERVERS),
    planDeployment: planDeployment(planNeeds(ports, settings)),
    planNpsServers: planNpsServers(planNeeds(ports, settings)),
    planPreview: planPreview(planNeeds(ports, settings)),
    keepPlan: keepPlan(ports.records, ports.rows),
    ensureGatewaySubnet: ensureGatewaySubnet(virtualNetworks),
    readGatewaySubnet: readGatewaySubnet(virtualNetworks),
    ensurePublicIps: ensurePublicIps(publicIps),
    readPublicIps: readPublicIps(publicIps),
    ensureRadiusSecret: ensureRadiusSecret(secrets, ports.rows, settings.SECRET_MAX_AGE_DAYS),
    ...dueActivities(ports, settings),
    rotateExpiring: rotateExpiring({
      archive: ports,
      rows: ports.rows,
      gateways,
      secrets,
      secretCatalogue: ports.secretCatalogue,
      defaults: settings.DEFAULT_NPS_SERVERS,
    }),
    rotateRadiusSecret: rotateRadiusSecret(gateways, secrets, ports.rows, settings.SECRET_MAX_AGE_DAYS),
    readSecretHolders: readSecretHolders(gateways, secrets),
    findSecretOnGateway: findSecretOnGateway(gateways, secrets),
    writeGateway: writeGateway(gateways, secrets),
    readGateway: readGateway(gateways),
    planGatewayLooks: planGatewayLooks(ports.rows),
    recordCreationTime: recordCreationTime(ports.rows),
    explainGatewayFailure: explainGatewayFailure(gateways, secrets),
    compareGateway: compareGateway(gateways, secrets),
    startNpsRun: startNpsRun(npsServers, secrets, ports.rows),
    readNpsRun: readNpsRun(npsServers, secrets),
    forgetNpsRun: forgetNpsRun(npsServers, ports.rows),
    probeRadius: probeRadius(secrets, ports.radiusProbes),
    verifyDeployment: verifyDeployment(gateways, secrets, ports.rows),
    answerTicket: answerTicket(tickets),
    startTelling,
    tellAgain: tellAgain(tickets, topic),
    publishEvent: publishEvent(topic),
    ...removalActivities(ports),
    beginAddressPhase: beginAddressPhase(gateways),
    readAddressPhase: readAddressPhase(gateways),
    readGatewayAddresses: readGatewayAddresses(gateways, publicIps),
    verifyAddresses: verifyAddresses(gateways, publicIps),
    noteOnTicket: noteOnTicket(tickets),
    recordPlan: recordPlan(ports),
    recordDecision: recordDecision(ports),
    releaseVirtualNetwork: releaseVirtualNetwork(ports),
    answerFurtherTickets: answerFurtherTickets(tickets),
    recordAnswer: recordAnswer(ports),
    recordEvent: recordEvent(ports),
    recordEnd: recordEnd(ports),
    planNextTry: planNextTry(),
    beginAgain: beginAgain(ports, virtualNetworks),
    followNotedTags: followNotedTags(ports, virtualNetworks),
  };
}

/** Rotations of all secrets that are due. */
function dueActivities(ports: Ports, settings: Settings) {
  const needs = { ...ports, defaults: settings.DEFAULT_NPS_SERVERS };
  return {
    listDueSecrets: listDueSecrets(needs),
    followDueRotations: followDueRotations(needs),
    beginDueRotation: beginDueRotation(needs),
    endDueRotations: endDueRotations(needs),
  };
}

function removalActivities(ports: Ports) {
  const { virtualNetworks, publicIps, gateways, secrets } = ports;
  return {
    planRemoval: planRemoval(ports),
    planNpsRemovals: planNpsRemovals(),
    readMade: readMade(ports),
    deleteGateway: deleteGateway(gateways),
    readGatewayDeletion: readGatewayDeletion(gateways),
    removePointToSite: removePointToSite(gateways),
    readWithoutPointToSite: readWithoutPointToSite(gateways),
    removeRadius: removeRadius(gateways),
    readWithoutRadius: readWithoutRadius(gateways),
    removeSecret: removeSecret(secrets),
    deletePublicIp: deletePublicIp(publicIps),
    isPublicIpGone: isPublicIpGone(publicIps),
    deleteGatewaySubnet: deleteGatewaySubnet(virtualNetworks),
    isGatewaySubnetGone: isGatewaySubnetGone(virtualNetworks),
    verifyRemoval: verifyRemoval(ports),
  };
}

export function planNeeds(ports: Ports, settings: Settings): PlanNeeds {
  return {
    ...ports,
    subscriptionIds: settings.SUBSCRIPTION_IDS,
    defaults: {
      sku: settings.DEFAULT_GATEWAY_SKU,
      p2sPoolSupernet: settings.P2S_POOL_SUPERNET,
      radiusServers: settings.DEFAULT_NPS_SERVERS,
      guardrails: settings.GUARDRAILS,
      hasMfaInstaller: settings.MFA_INSTALLER_SOURCE !== undefined,
      npsExtras: npsExtras(settings),
    },
  };
}

/** What every NPS server is brought to, in addition to what a plan says. */
function npsExtras(settings: Settings): NpsExtras {
  const { RADIUS_PROBE, RADIUS_PROBE_SUBNET, MFA_INSTALLER_SOURCE, MFA_INSTALLER_SHA256, MFA_ENDPOINTS } =
    settings;
  return {
    ...(RADIUS_PROBE === 'on' && RADIUS_PROBE_SUBNET && { probeSubnet: RADIUS_PROBE_SUBNET }),
    ...(MFA_INSTALLER_SOURCE &&
      MFA_INSTALLER_SHA256 && {
        mfaInstaller: { source: MFA_INSTALLER_SOURCE, sha256: MFA_INSTALLER_SHA256 },
      }),
    ...(MFA_ENDPOINTS.length > 0 && { mfaEndpoints: MFA_ENDPOINTS }),
  };
}
