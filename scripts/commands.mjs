import { existsSync } from 'node:fs';

const vitest = 'node_modules/vitest/vitest.mjs';
const biome = 'node_modules/@biomejs/biome/bin/biome';

/**
 * The commands of package.json. `isBuilt`: the command needs a build of the current sources. `steps` run one after the
 * other; the last one gets what was given on the command line. `program` runs in the same process.
 */
export const commands = {
  build: { says: 'builds dist/, which the Azure Functions host loads', steps: [['scripts/build/build.mjs']] },
  check: {
    says: 'compiler, linter, which folder may import which, circles, names that two files share, sizes of folders, unused code',
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
      ['scripts/check/check-house.mjs'],
      ['scripts/check/check-unused.mjs'],
    ],
  },
  'check:infra': {
    says: 'compiles infra/ and finds what Azure or azd would refuse; needs the Bicep CLI',
    options: { FOLDER: 'the folder to check (infra)' },
    steps: [['scripts/infra/check-infra.mjs']],
  },
  format: { says: 'formats the sources', steps: [[biome, 'check', '--write', '.']] },
  test: {
    says: 'runs every test that this machine can run; other tests are skipped and counted, with the reason',
    options: { 'FILE …': 'only these test files', '-t TEXT': 'only the tests with this text in their name' },
    isBuilt: true,
    steps: [[vitest, 'run']],
  },
  demo: {
    says: 'shows a whole deployment on the simulated Azure',
    options: {
      '--trigger NAME':
        'what starts it: ticket (the default), eventgrid, servicenow, jira, or timer for the scheduled check',
      '--story NAME':
        'what is shown: deploy (the default), or what can happen later: change, groups, migrate, remove, rotate',
      '--json': 'JSON lines instead of sentences',
      '--state DIR': 'keep the state in this folder; a demo that was killed continues from there',
      '--pace N': 'simulated seconds in one second (300); 0: as fast as possible',
    },
    isBuilt: true,
    program: 'dist/simulator/demo/main.js',
  },
  start: {
    says: 'runs the app with its operations page and a simulated Azure, until you stop it',
    options: {
      '--port N': 'port of the page and the API (7071)',
      '--pace N': 'simulated seconds in one second (60)',
      '--state DIR': 'keep the state in this folder, and continue from there',
      '--scenario FILE': 'the simulated world at the beginning (simulator/scenarios/README.md)',
      '--date TIME': 'when simulated time begins, such as 2027-03-01T08:00:00Z (now)',
      '--radius ADDRESS:PORT':
        'the NPS server nps-01 answers RADIUS at this address too; NAME=ADDRESS:PORT for another server; may be repeated',
    },
    isBuilt: true,
    program: 'dist/simulator/local/start.js',
  },
  host: {
    says: 'runs only the local host, with the Azure that the settings name (az login first)',
    options: {
      '--port N': 'port of the API (7071)',
      '--state DIR': 'keep the state in this folder (.state)',
    },
    isBuilt: true,
    program: 'dist/simulator/local/host.js',
  },
  simulator: {
    says: 'runs only the simulated Azure, over HTTPS; the first line of output is its address',
    options: {
      '--port N': 'port on 127.0.0.1 (any free port)',
      '--pace N': 'simulated seconds in one second (600)',
      '--scenario FILE': 'the simulated world at the beginning (simulator/scenarios/README.md)',
      '--seed TEXT': 'the ids are made from this text',
      '--date TIME': 'when simulated time begins (now)',
      '--nps ENGINE': 'what carries out run commands: auto, powershell or memory',
      '--events URL': 'Event Grid webhook of a Functions host that gets the events; may be repeated',
    },
    isBuilt: true,
    program: 'dist/simulator/azure/main.js',
  },
  rehearse: {
    says: 'shows what a ticket, a tag or a check would do to an exported estate (simulator/scenarios/README.md)',
    options: {
      FILE: 'the estate at the beginning, and the steps to play',
      '--json': 'one line of JSON for each step',
    },
    isBuilt: true,
    program: 'dist/simulator/rehearsal/main.js',
  },
  sweep: {
    says: 'disturbs every point of every flow (faults, kills, repeats, storms) and compares each ending with the undisturbed flow',
    options: {
      '--flow NAME': 'only this flow: ticket, event, approval, change, repair, remove, …; may be repeated',
      '--only KIND': 'only this kind: faults, left, kills, twice or storms; may be repeated',
      '--fault NAME': 'only this fault: 500, "dropped after", HTML, …; may be repeated',
      '--most N': 'at most N points of each kind in a flow, spread over all of them',
      '--seed N': 'chooses the points, and is the seed of the first storm (1)',
      '--point NAME':
        'only this point of one flow, with the name from a failure: fault:500:12, storm:7; several points share a run',
      '--together N': 'how many faults, or repeated activities, share a run (12); 1: each has its own run',
      '--results FILE':
        'keeps the results in this file; the next call plays only what is missing there or failed',
      '--minutes N': 'starts nothing new after N minutes',
      '--workers N': 'how many processes run at once (as many as processors)',
      '--json': 'JSON lines instead of sentences',
    },
    isBuilt: true,
    program: 'dist/simulator/sweep/main.js',
  },
  fuzz: {
    says: 'sends right and wrong requests to every route and events to every function, plays random stories of what people do, and reports what must not happen',
    options: {
      '--runs N': 'how many requests for each route and events for each function (300); 0: only stories',
      '--stories N': 'how many stories: tickets, decisions, rotations, removals, edits by others (30)',
      '--moves N': 'largest number of moves in a story (12)',
      '--seed N': 'repeats the inputs of this seed; without it, a new seed is chosen and printed',
      '--only TEXT': 'only the routes and functions with this text in their name, and no story',
      '--json': 'JSON lines instead of sentences',
    },
    isBuilt: true,
    program: 'dist/simulator/fuzz/main.js',
  },
  mutate: {
    says: 'changes the code in one place at a time and runs the tests; a change that no test notices survives (docs/mutation.md)',
    options: {
      '--only PATH': 'only this folder or file of shared/, functions/ or nps/private/; may be repeated',
      '--nps': 'only the PowerShell module; needs a PowerShell engine',
      '--files N': 'a sample of N source files of each part',
      '--most N': 'a sample of N mutants of the PowerShell module',
      '--minutes N':
        'a sample of the mutants of the PowerShell module: as many as can be tested in this time',
      '--seed N': 'chooses the samples (1)',
      '--workers N': 'how many processes run the tests at once (1)',
      '--fresh': 'forget the verdicts of earlier runs',
      '--json': 'one line of JSON for each part',
    },
    program: 'scripts/mutate.mjs',
  },
  bench: {
    says: 'runs the benchmarks, one JSON line for each figure',
    options: {
      'NAME …':
        'only these: start, deployment, peers, unnoticed, many, growth, events, compliance, page, records',
      'NUMBER …':
        'how many deployments at once (growth) or gateways in a check (compliance): growth 1 10 5000',
    },
    isBuilt: true,
    program: 'dist/bench/main.js',
  },
  'verify-records': {
    says: 'checks whether all records of deployments exist and are as they were written; changes nothing',
    options: {
      '--folder DIR': 'the folder of a local host (REPORT_FOLDER; with npm start --state DIR: DIR/reports)',
      '--account NAME':
        'the storage account of the app, to which you sign in (az login); without it, the storage that the environment names',
      '--retention-days N': 'how long records are kept (2555): older ones may be deleted',
      '--json': 'one line of JSON',
    },
    isBuilt: true,
    steps: [['scripts/verify-records.mjs']],
  },
  preflight: {
    says: 'finds what would stop an installation, each with the command that fixes it; needs az, signed in; changes nothing',
    options: {
      '--parameters FILE': 'the .bicepparam file of the installation; or:',
      '--name NAME': 'environmentName (AZURE_ENV_NAME, which azd sets)',
      '--location REGION': 'its region (AZURE_LOCATION)',
      '--subscription ID': 'its subscription (AZURE_SUBSCRIPTION_ID, or that of az account show)',
      '--backend NAME': 'azureStorage or durableTaskScheduler (DURABLE_BACKEND)',
      '--topic ID': 'the system topic that exists already (SUBSCRIPTION_TOPIC_ID)',
      '--compareRole NAME': 'exact, gatewayActions or none (COMPARE_ROLE)',
      '--json': 'one line of JSON for each finding, and one with the counts',
    },
    program: 'scripts/preflight.mjs',
  },
  conformance: {
    says: 'checks on a real subscription, and on an NPS server, what the simulator and nps/ only assume; makes a resource group and deletes it; needs az, signed in; costs some cents, with --gateway more (docs/conformance.md)',
    options: {
      '--subscription ID': 'the subscription (that of az account show)',
      '--location REGION': 'where the resources are made (westeurope)',
      '--gateway':
        'make a VpnGw1AZ gateway too: this takes an hour and a half or more, and the gateway costs money',
      '--nps ID': 'ask the NPS server on this VM or Arc machine by a run command that only reads',
      '--yes': 'do not ask before a gateway is made or a machine is asked',
      '--recording FILE': 'the file for the requests and answers, without secrets (conformance.json)',
      '--poll N': 'seconds between two looks at a resource that is being made (15)',
      '--json': 'one line of JSON for each assumption, and one with the counts',
    },
    program: 'scripts/conformance.mjs',
  },
  screenshots: {
    says: 'takes the pictures of the operations page in the README; needs Chromium',
    isBuilt: true,
    program: 'scripts/pages/screenshots.mjs',
  },
  'register-app': {
    says: 'makes the app registration in Entra with which callers sign in: says what it would do, and does it with --apply; needs az, signed in',
    options: {
      '--name NAME': 'display name of the registration (VPN RADIUS)',
      '--assign ROLE=ID': 'gives a role to a person, group or application, by object id; may be repeated',
      '--host NAME': 'host name of the app, for browsers that sign in to the operations page',
      '--apply': 'do it',
    },
    program: 'scripts/entra/register-app.mjs',
  },
  package: {
    says: 'packs what the Functions host needs, ready to deploy',
    options: {
      ZIP: 'the file to write (vpn-radius.zip)',
      '--folder DIR': 'write a folder instead, as azd packs it',
      '--backend NAME':
        'where the durable state is kept, as in the parameter durableBackend: azureStorage or durableTaskScheduler; default: DURABLE_BACKEND of the environment, or azureStorage',
      '--check': 'write nothing; say whether --folder is made for the backend',
    },
    isBuilt: true,
    program: 'scripts/package/package.mjs',
  },
  func: {
    says: 'runs the app on the real Functions host; needs Core Tools',
    options: { '…': 'the options of func start' },
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
    says: 'measures how much npm ci installs; fails over 350 MB',
    steps: [['scripts/package/installed-size.mjs']],
  },
  documents: {
    says: 'writes the documents that are made from the code',
    isBuilt: true,
    steps: [
      ['scripts/pages/nps-findings.mjs'],
      ['scripts/pages/rules-page.mjs'],
      ['scripts/pages/role-actions.mjs'],
      ['scripts/pages/install-page.mjs'],
      ['scripts/pages/documents.mjs'],
    ],
  },
};

/** Scripts that belong to no command: a hook of azd starts them, or somebody who works on this project. */
export const otherScripts = {
  'infra/subscribe-events.mjs': {
    says: 'subscribes the functions to their events, after the code was deployed; needs az, signed in; repeating it changes nothing',
    options: {
      '--deployment NAME':
        'take the outputs of this deployment of main.bicep; without it, the environment, as azd sets it',
      '--subscription ID': 'the subscription (AZURE_SUBSCRIPTION_ID, or that of az account show)',
      '--every N': 'seconds between two reads or attempts (15)',
      '--looks N': 'how often it looks for the functions before it gives up (40)',
    },
  },
  'scripts/pages/benchmark-pages.mjs': {
    says: 'writes docs/benchmarks.md and docs/scale.md',
    options: { 'FILE …': 'what npm run -s bench printed; its figures replace the earlier ones' },
  },
  'scripts/pages/mutation-page.mjs': {
    says: 'writes docs/mutation.md',
    options: { 'FILE …': 'what npm run -s mutate -- --json printed; a part replaces its earlier run' },
  },
};

/** What follows `--` is for the tool that the command runs. */
export function asksForHelp(args) {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return own.includes('--help') || own.includes('-h');
}

const callOf = (name) => (['test', 'start'].includes(name) ? `npm ${name}` : `npm run ${name}`);

/** What `npm run NAME -- --help` prints. */
export function helpOf(name) {
  const { options = {} } = commands[name];
  return helpText(`${callOf(name)}${Object.keys(options).length > 0 ? ' [-- options]' : ''}`, commands[name]);
}

/** Every command, each with its sentence. */
export const helpOfAll = () =>
  Object.entries(commands)
    .map(([name, { says }]) => `${callOf(name).padEnd(24)}  ${says}`)
    .join('\n');

/** The help of a script that is started directly: that of its command. Undefined when nobody starts it so. */
export function helpOfScript(script) {
  const files = ({ program, steps = [] }) => [program, ...steps.map(([file]) => file)];
  const name = Object.keys(commands).find((one) => files(commands[one]).includes(script));
  if (name) return helpOf(name);
  return otherScripts[script] && helpText(`node ${script} [options]`, otherScripts[script]);
}

function helpText(call, { says, options = {} }) {
  const width = Math.max(...Object.keys(options).map((option) => option.length));
  return [
    call,
    `  ${says}`,
    ...Object.entries(options).map(([option, what]) => `  ${option.padEnd(width)}  ${what}`),
  ].join('\n');
}
