import './entry.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

/**
 * `npm run func`: runs the built app on the real Functions host, with Azurite as its storage account, against the Azure
 * that `local.settings.json` names. What follows `--` is given to `func start`.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const shell = process.platform === 'win32';

const missing = [];
if (spawnSync('func', ['--version'], { shell }).status !== 0) {
  missing.push(
    'Azure Functions Core Tools 4 (the command "func"): npm install --global azure-functions-core-tools@4, or https://learn.microsoft.com/azure/azure-functions/functions-run-local#install-the-azure-functions-core-tools',
  );
}
if (!existsSync(`${root}local.settings.json`)) {
  missing.push(
    'local.settings.json: copy local.settings.sample.json to it and put in your KEY_VAULT_URL, SUBSCRIPTION_IDS and DEFAULT_NPS_SERVERS',
  );
}
const azuriteScript = `${root}test/azurite/node_modules/azurite/dist/src/azurite.js`;
const storageListens = await listens(10_000);
if (!storageListens && !existsSync(azuriteScript)) {
  missing.push('Azurite, the storage emulator: npm ci --prefix test/azurite');
}
if (missing.length > 0) {
  console.error(
    `Missing to run the app on the Functions host:\n${missing.map((what) => `- ${what}`).join('\n')}`,
  );
  console.error(
    'Without them, use npm start: it runs the app on its own local host, with a simulated Azure.',
  );
  process.exit(1);
}

const azurite = storageListens ? undefined : startAzurite();
const host = spawn('func', ['start', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', shell });
// Ctrl-C also reaches the host, which then stops in its own way.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => host.kill('SIGTERM'));
host.on('error', ({ message }) => console.error(`func cannot be started: ${message}`));
host.on('close', (code) => {
  azurite?.kill();
  process.exitCode = code ?? 1;
});

function startAzurite() {
  const location = `${root}.state/azurite`;
  mkdirSync(location, { recursive: true });
  const args = [azuriteScript, '--silent', '--skipApiVersionCheck', '--location', location];
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
