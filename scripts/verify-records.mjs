import './entry.mjs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

/**
 * Checks the records of deployments against each other and against their index, in a folder or in a storage account.
 * For an account the caller signs in (`az login`), unless AzureWebJobsStorage is a connection string. Changes nothing.
 * Ends with 1 when something is wrong, and with 2 when it could not look.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

function options() {
  try {
    const { values } = parseArgs({
      options: {
        folder: { type: 'string' },
        account: { type: 'string' },
        'retention-days': { type: 'string', default: '2555' },
        json: { type: 'boolean', default: false },
      },
    });
    const days = Number(values['retention-days']);
    if (!Number.isInteger(days) || days < 1)
      throw new Error('--retention-days must be a whole number of days');
    if (values.folder && values.account) throw new Error('--folder and --account: name one of them');
    const connection = process.env.AzureWebJobsStorage;
    const connected = /(?:^|;)AccountName=([^;]+)/i.exec(connection ?? '')?.[1];
    if (connected && values.account && connected !== values.account)
      throw new Error(
        `--account is ${values.account}, but AzureWebJobsStorage is a connection to ${connected}`,
      );
    return { ...values, days };
  } catch (error) {
    console.error(`${error.message}. See npm run verify-records -- --help`);
    process.exit(2);
  }
}

const { folder, account, days, json } = options();
const outdir = `${root}dist/verify-records`;
await build({
  absWorkingDir: root,
  stdin: {
    contents: [
      "export { verifyRecords } from './functions/records/chain/verification.ts';",
      "export { storageOf } from './functions/storage.ts';",
      // Only for an account, because most of the code of Azure's packages is in this file.
      'export const connected = async (settings) =>',
      "  (await import('./shared/azure/wire/connection.ts')).connectAzure(settings);",
      "export { failureOf } from './shared/core/errors.ts';",
      "export { version } from './shared/core/version.ts';",
    ].join('\n'),
    resolveDir: root,
  },
  outdir,
  entryNames: 'main',
  splitting: true,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const { verifyRecords, storageOf, connected, failureOf, version } = await import(
  '../dist/verify-records/main.js'
);

const { AZURE_AUTHORITY_HOST, AZURE_RESOURCE_MANAGER_ENDPOINT, ...environment } = process.env;
const place = folder
  ? { REPORT_FOLDER: folder }
  : account
    ? {
        AzureWebJobsStorage: environment.AzureWebJobsStorage,
        AzureWebJobsStorage__accountName: account,
      }
    : environment;
try {
  const azure = folder
    ? undefined
    : await connected({
        resourceManagerEndpoint: AZURE_RESOURCE_MANAGER_ENDPOINT || 'https://management.azure.com',
        authorityHost: AZURE_AUTHORITY_HOST || 'https://login.microsoftonline.com',
        keyVaultUrl: '',
        version,
      });
  const keptSince = new Date(Date.now() - days * 86_400_000);
  const verified = await verifyRecords(storageOf(azure, place), { keptSince });
  const { chains, documents, problems } = verified;
  if (json) console.log(JSON.stringify(verified));
  else {
    for (const { code, message } of problems) console.log(`${code}: ${message}`);
    const wrong = problems.length === 0 ? 'nothing is wrong' : `${problems.length} wrong`;
    console.log(`${documents} records of ${chains} virtual networks: ${wrong}`);
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  const { code, message } = failureOf(error);
  console.error(`The records could not be verified (${code}): ${message}`);
  process.exitCode = 2;
}
