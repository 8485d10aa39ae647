import { existsSync } from 'node:fs';

const vitest = 'node_modules/vitest/vitest.mjs';
const biome = 'node_modules/@biomejs/biome/bin/biome';

/**
 * The commands of package.json. `isBuilt`: the command needs a build of the current sources. `steps` run one after the
 * other; the last one gets what was given on the command line. `program` runs in the same process.
 */
export const commands = {
  build: { says: 'builds dist/, which the Azure Functions host loads', steps: [['scripts/build.mjs']] },
  check: {
    says: 'compiler, linter, the shape of the house, and what nobody uses',
    steps: [
      [
        'node_modules/typescript/bin/tsc',
        ...['--noEmit', '-p', 'tsconfig.json'],
        ...['--incremental', '--tsBuildInfoFile', 'node_modules/.cache/check.tsbuildinfo'],
      ],
      ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'portal/tsconfig.json'],
      // Where the browser's driver is installed: npm ci --prefix test/portal.
      ...(existsSync(new URL('../test/portal/node_modules', import.meta.url))
        ? [['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'test/portal/tsconfig.json']]
        : []),
      [biome, 'check', '.'],
      ['scripts/check-house.mjs'],
      ['scripts/check-unused.mjs'],
    ],
  },
  'check:infra': {
    says: 'compiles infra/ and looks for what Azure or azd would refuse; needs the Bicep CLI',
    options: { FOLDER: 'another folder than infra' },
    steps: [['scripts/check-infra.mjs']],
  },
  format: { says: 'formats the sources', steps: [[biome, 'check', '--write', '.']] },
  test: {
    says: 'runs every test that this machine can run; what it cannot is skipped, counted and says why',
    options: { 'FILE …': 'these test files alone', '-t TEXT': 'the tests with this in their name' },
    isBuilt: true,
    steps: [[vitest, 'run']],
  },
  demo: {
    says: 'tells a whole deployment on the simulated Azure',
    options: {
      '--trigger NAME':
        'what starts it: ticket (unless given), eventgrid, servicenow, jira, or timer for the scheduled check',
      '--story NAME':
        'what is told: deploy (unless given), or what comes later: change, groups, migrate, remove, rotate',
      '--json': 'JSON lines instead of words',
      '--state DIR': 'keep everything there; a demo that was killed carries on',
      '--pace N': 'simulated seconds a second (300); 0: as fast as it goes',
    },
    isBuilt: true,
    program: 'dist/simulator/demo/main.js',
  },
  start: {
    says: 'the app with its operations page, a simulated Azure behind it, until it is stopped',
    options: {
      '--port N': 'of the page and the API (7071)',
      '--pace N': 'simulated seconds a second (60)',
      '--state DIR': 'keep everything there, and carry on from there',
      '--scenario FILE': 'the world to begin with (simulator/scenarios/README.md)',
      '--date TIME': 'when simulated time begins, such as 2027-03-01T08:00:00Z (now)',
      '--radius ADDRESS:PORT':
        'the NPS server nps-01 answers RADIUS there as well; NAME=ADDRESS:PORT for another, and as often as there are servers',
    },
    isBuilt: true,
    program: 'dist/simulator/local/start.js',
  },
  host: {
    says: 'the local host alone, against the Azure that the settings name (az login first)',
    options: { '--port N': 'of the API (7071)', '--state DIR': 'keep everything there (.state)' },
    isBuilt: true,
    program: 'dist/simulator/local/host.js',
  },
  simulator: {
    says: 'the simulated Azure alone, over HTTPS; the first line says where',
    options: {
      '--port N': 'on 127.0.0.1; any that is free, unless given',
      '--pace N': 'simulated seconds a second (600)',
      '--scenario FILE': 'the world to begin with (simulator/scenarios/README.md)',
      '--seed TEXT': 'ids follow from it',
      '--date TIME': 'when simulated time begins (now)',
      '--nps ENGINE': 'what carries out run commands: auto, powershell or memory',
      '--events URL': 'Event Grid webhook of a Functions host that is told of changes; may be repeated',
    },
    isBuilt: true,
    program: 'dist/simulator/azure/main.js',
  },
  rehearse: {
    says: 'what a ticket, a tag or a check would do to an estate as exported (simulator/scenarios/README.md)',
    options: {
      FILE: 'the estate to begin with, and what is done in it',
      '--json': 'one line of JSON a step',
    },
    isBuilt: true,
    program: 'dist/simulator/rehearsal/main.js',
  },
  sweep: {
    says: 'disturbs every point of every flow (faults, kills, repeats, storms) and compares how it ends',
    options: {
      '--flow NAME':
        'this flow alone, may be given several times: ticket, event, approval, change, repair, remove, …',
      '--only KIND': 'faults, left, kills, twice or storms, may be given several times',
      '--fault NAME': 'this fault alone, may be given several times: 500, "dropped after", HTML, …',
      '--most N': 'at most so many points of each kind in a flow, spread over all of them',
      '--seed N': 'chooses the points, and is the first storm (1)',
      '--point NAME':
        'this point of one flow again, as a failure names it: fault:500:12, storm:7; several share a run',
      '--together N': 'so many faults, or repeated activities, share a run (12); 1: each has its own',
      '--results FILE': 'keeps there what was played; the next sitting plays what is not there, or failed',
      '--minutes N': 'begins nothing more after so many minutes',
      '--workers N': 'so many processes at once (as many as processors)',
      '--json': 'JSON lines instead of words',
    },
    isBuilt: true,
    program: 'dist/simulator/sweep/main.js',
  },
  fuzz: {
    says: 'sends right and wrong requests to every route and events to every function, plays random stories of what people do, and reports what must not happen',
    options: {
      '--runs N': 'requests for each route, events for each function (300); 0: only stories',
      '--stories N': 'how many stories: tickets, decisions, rotations, removals, edits by others (30)',
      '--moves N': 'how many moves a story has at most (12)',
      '--seed N': 'repeats the inputs of that seed; without it, a new seed, which is printed',
      '--only TEXT': 'only the routes and functions with this in their name, and no story',
      '--json': 'JSON lines instead of words',
    },
    isBuilt: true,
    program: 'dist/simulator/fuzz/main.js',
  },
  mutate: {
    says: 'changes the code in one place at a time and asks the tests; what none of them notices survives (docs/mutation.md)',
    options: {
      '--only PATH': 'this folder or file of shared/, functions/ or nps/private/; may be given several times',
      '--nps': 'the PowerShell module alone; needs a PowerShell engine',
      '--files N': 'a sample of so many source files of each part',
      '--most N': 'a sample of so many mutants of the PowerShell module',
      '--minutes N':
        'a sample of as many mutants of the PowerShell module as can be asked about in this time',
      '--seed N': 'chooses the samples (1)',
      '--workers N': 'so many processes ask the tests at once (1)',
      '--fresh': 'forget the verdicts of earlier runs',
      '--json': 'one line of JSON a part',
    },
    program: 'scripts/mutate.mjs',
  },
  bench: {
    says: 'the benchmarks, one JSON line a figure',
    options: {
      'NAME …':
        'these alone: start, deployment, peers, unnoticed, many, growth, events, compliance, page, records',
      'NUMBER …':
        'so many deployments at once (growth) or gateways in a check (compliance): growth 1 10 5000',
    },
    isBuilt: true,
    program: 'dist/bench/main.js',
  },
  'verify-records': {
    says: 'whether the records of deployments are all there and as they were written; changes nothing',
    options: {
      '--folder DIR': 'the folder of a local host (REPORT_FOLDER; of npm start --state DIR: DIR/reports)',
      '--account NAME':
        'the storage account of the app, to which you sign in (az login); unless one is given, what the environment names as the app does',
      '--retention-days N': 'how long records are kept (2555): older ones may be gone',
      '--json': 'one line of JSON',
    },
    isBuilt: true,
    steps: [['scripts/verify-records.mjs']],
  },
  preflight: {
    says: 'what would stop an installation, each with its command; needs az, signed in; changes nothing',
    options: {
      '--parameters FILE': 'the .bicepparam file of the installation; or:',
      '--name NAME': 'environmentName (AZURE_ENV_NAME, which azd sets)',
      '--location REGION': 'its region (AZURE_LOCATION)',
      '--subscription ID': 'its subscription (AZURE_SUBSCRIPTION_ID, or that of az account show)',
      '--backend NAME': 'azureStorage or durableTaskScheduler (DURABLE_BACKEND)',
      '--topic ID': 'the system topic that is there already (SUBSCRIPTION_TOPIC_ID)',
      '--compareRole NAME': 'exact, gatewayActions or none (COMPARE_ROLE)',
      '--json': 'one line of JSON a finding, and one with the counts',
    },
    program: 'scripts/preflight.mjs',
  },
  conformance: {
    says: 'holds each line that the simulator and nps/ assume against a subscription, in a resource group that it makes and deletes, and against an NPS server; needs az, signed in; costs some cents, with --gateway more (docs/conformance.md)',
    options: {
      '--subscription ID': 'where (that of az account show)',
      '--location REGION': 'where the resources are made (westeurope)',
      '--gateway': 'make a VpnGw1AZ gateway too: an hour and a half or more, and what it costs',
      '--nps ID': 'ask the NPS server on this VM or Arc machine by a run command that only reads',
      '--yes': 'do not ask before a gateway is made or a machine is asked',
      '--recording FILE': 'what was asked and answered, without secrets (conformance.json)',
      '--poll N': 'seconds between two looks at what is being made (15)',
      '--json': 'one line of JSON an assumption, and one with the counts',
    },
    program: 'scripts/conformance.mjs',
  },
  screenshots: {
    says: 'takes the pictures of the operations page in the README; needs Chromium',
    isBuilt: true,
    program: 'scripts/screenshots.mjs',
  },
  'register-app': {
    says: 'the app registration in Entra that callers sign in to: says what it would do, and with --apply does it; needs az, signed in',
    options: {
      '--name NAME': 'display name of the registration (VPN RADIUS)',
      '--assign ROLE=ID': 'gives a role to a person, group or application, by object id; may be repeated',
      '--host NAME': 'host name of the app, for browsers that sign in to the operations page',
      '--apply': 'do it',
    },
    program: 'scripts/register-app.mjs',
  },
  package: {
    says: 'packs what the Functions host needs, ready to deploy',
    options: {
      ZIP: 'the file to write (vpn-radius.zip)',
      '--folder DIR': 'write a folder instead, as azd packs it',
      '--backend NAME':
        'where the durable state is kept, as the parameter durableBackend says: azureStorage or durableTaskScheduler; unless given, DURABLE_BACKEND of the environment, or azureStorage',
      '--check': 'write nothing; say whether --folder is made for the backend',
    },
    isBuilt: true,
    program: 'scripts/package.mjs',
  },
  func: {
    says: 'the app on the real Functions host, where Core Tools are installed',
    options: { '…': 'what func start takes' },
    isBuilt: true,
    program: 'scripts/func.mjs',
  },
  'record-histories': {
    says: 'plays the package of a release and keeps its histories, which later versions replay (docs/upgrade.md)',
    options: { ZIP: 'the package of the release' },
    isBuilt: true,
    program: 'scripts/record-histories.mjs',
  },
  size: {
    says: 'how much npm ci puts on the disk; fails over 350 MB',
    steps: [['scripts/installed-size.mjs']],
  },
  documents: {
    says: 'writes the documents that are made from the code',
    isBuilt: true,
    steps: [
      ['scripts/nps-findings.mjs'],
      ['scripts/rules-page.mjs'],
      ['scripts/role-actions.mjs'],
      ['scripts/install-page.mjs'],
      ['scripts/documents.mjs'],
    ],
  },
};

/** What `npm run NAME -- --help` prints. */
export function helpOf(name) {
  const { says, options = {} } = commands[name];
  const width = Math.max(...Object.keys(options).map((option) => option.length));
  const call = ['test', 'start'].includes(name) ? `npm ${name}` : `npm run ${name}`;
  return [
    `${call}${Object.keys(options).length > 0 ? ' [-- options]' : ''}`,
    `  ${says}`,
    ...Object.entries(options).map(([option, what]) => `  ${option.padEnd(width)}  ${what}`),
  ].join('\n');
}
