import './entry.mjs';
import { parseArgs } from 'node:util';
import { az } from './az.mjs';
import { readerOf } from './preflight/azure.mjs';
import { installationOf } from './preflight/installation.mjs';
import { installationLooks } from './preflight/looks.mjs';
import { durations, pricesOf, runningCost } from './preflight/running-cost.mjs';

/**
 * What would stop an installation, read with the caller's own `az` sign-in. Changes nothing. Exit code 0: nothing stops
 * it; 1: something does; 2: Azure could not be read.
 */
const notLookedAt = [
  'Azure Policy, and conditions on your roles: az deployment sub what-if asks both',
  'the memory quota of Flex Consumption in the region: only the portal shows it',
  'whether the region has zone-redundant storage (storageSku)',
  'the way from the gateways to the NPS servers, and the state of those servers: the app checks both before it changes anything (POST /deployments/plan)',
];

try {
  const { values } = parseArgs({
    options: {
      name: { type: 'string' },
      location: { type: 'string' },
      subscription: { type: 'string', default: process.env.AZURE_SUBSCRIPTION_ID },
      parameters: { type: 'string' },
      backend: { type: 'string' },
      topic: { type: 'string' },
      compareRole: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { account, azure } = signedIn(values.subscription);
  const installation = { ...installationOf(values, process.env, account), principal: account.user.name };
  const findings = await Promise.all(installationLooks(installation).map((look) => findingsOf(look, azure)));
  process.exitCode = tellFindings(findings.flat(), installation, values.json);
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

function signedIn(subscription) {
  const chosen = subscription ? ['--subscription', subscription] : [];
  const account = az('account', 'show', ...chosen);
  const { endpoints } = az('cloud', 'show');
  const { accessToken } = az(
    'account',
    'get-access-token',
    ...chosen,
    '--resource',
    endpoints.resourceManager,
  );
  return { account, azure: readerOf(endpoints.resourceManager, accessToken) };
}

async function findingsOf(look, azure) {
  try {
    return await look.look(azure);
  } catch (error) {
    const why = error.cause?.message ?? error.message;
    return [{ level: 'unknown', text: `Could not look at ${look.what}: ${why}`, command: look.command }];
  }
}

/** Prints what was found, the worst first; returns the exit code. */
function tellFindings(findings, installation, json) {
  const { name, location, subscriptionId } = installation;
  const cost = runningCost(installation);
  const levels = { stops: 'STOPS', unknown: 'not known', warning: 'warning', well: 'well' };
  const sorted = Object.keys(levels).flatMap((level) => findings.filter((one) => one.level === level));
  const count = (level) => findings.filter((one) => one.level === level).length;
  const counts = {
    stops: count('stops'),
    unknown: count('unknown'),
    warnings: count('warning'),
    well: count('well'),
  };
  if (json) {
    for (const finding of sorted) console.log(JSON.stringify(finding));
    console.log(
      JSON.stringify({ ...counts, notLookedAt, cost: { ...cost, pricesOf }, durations, changed: 0 }),
    );
  } else {
    console.log(`Installation ${name} in ${location}, subscription ${subscriptionId}`);
    for (const { level, text, command } of sorted) {
      console.log(`${levels[level].padEnd(10)}${text}`);
      if (command) console.log(`${''.padEnd(10)}  ${command}`);
    }
    console.log(expected(cost));
    console.log(`Not looked at:\n${notLookedAt.map((one) => `- ${one}`).join('\n')}`);
    console.log(
      `${counts.stops} would stop the installation, ${counts.unknown} could not be checked, ${counts.warnings} warnings, ${counts.well} are well. Nothing was changed.`,
    );
  }
  return counts.stops > 0 ? 1 : 0;
}

/** What an installation costs while it exists, and how long it takes. */
function expected({ month, rows, byUse }) {
  const told = ({ what, count, each }) => `${count} ${what} at ${each.toFixed(2)}`;
  return [
    `Running cost: about ${month.toFixed(2)} US dollars a month by list prices read on ${pricesOf} (${rows.map(told).join(', ')}). In addition, by use:`,
    ...byUse.map(({ what, each, page }) =>
      each === undefined
        ? `- ${what}: https://azure.microsoft.com/pricing/details/${page}/`
        : `- ${what}: ${each}`,
    ),
    'How long it takes, in minutes:',
    ...durations.map(({ what, minutes, known }) => `- ${what}: ${minutes} (${known})`),
  ].join('\n');
}
