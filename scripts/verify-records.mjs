import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

/**
 * Holds the records of deployments against each other and against their index, in a folder or in a storage account, to which
 * whoever runs it signs in (`az login`), unless AzureWebJobsStorage is a connection string. Changes nothing. Ends with 1 when
 * something is wrong, and with 2 when it could not look.
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
    return { ...values, days };
  } catch (error) {
    console.error(`${error.message}. See npm run verify-records -- --help`);
    process.exit(2);
  }
}

const { folder, account, days, json } = options();
const outfile = `${root}dist/verify-records.js`;
await build({
  absWorkingDir: root,
  stdin: {
    contents: [
      "export { verifyRecords } from './functions/records/verification.ts';",
      "export { storageOf } from './functions/storage.ts';",
      "export { connectAzure } from './shared/azure/wire/connection.ts';",
      "export { failureOf } from './shared/core/errors.ts';",
      "export { version } from './shared/core/version.ts';",
    ].join('\n'),
    resolveDir: root,
  },
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const { verifyRecords, storageOf, connectAzure, failureOf, version } = await import(
  '../dist/verify-records.js'
);

const { AZURE_AUTHORITY_HOST, AZURE_RESOURCE_MANAGER_ENDPOINT, ...environment } = process.env;
const azure = connectAzure({
  resourceManagerEndpoint: AZURE_RESOURCE_MANAGER_ENDPOINT || 'https://management.azure.com',
  authorityHost: AZURE_AUTHORITY_HOST || 'https://login.microsoftonline.com',
  keyVaultUrl: '',
  version,
});
const place = folder
  ? { REPORT_FOLDER: folder }
  : account
    ? { AzureWebJobsStorage__accountName: account }
    : environment;
try {
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
