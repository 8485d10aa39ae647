import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { rowsInFolder } from '../shared/azure/storage/rows-in-folder.ts';
import { newDeploymentId } from '../shared/deployment/ids.ts';
import type { DeploymentSummary } from '../shared/deployment/record/record.ts';
import type { Rows } from '../shared/ports.ts';
import { type Figure, timed } from './figures.ts';

const counts = [10, 1_000, 100_000];
const rounds = 20;
const hub =
  '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub';

interface Records {
  findDeployments(
    rows: Rows,
    wanted: { readonly after?: string; readonly ticket?: string },
    context: never,
  ): Promise<{ readonly deployments: readonly DeploymentSummary[]; readonly continuation?: string }>;
  cardKey(id: string): string;
  readonly lists: { readonly all: string; ticket(id: string): string };
}

/** What a page of `GET /deployments` costs with 10, 1,000 and 100,000 records: storage operations, rows read, and time. */
export async function* figures(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-records-'));
  try {
    const records = await bundled(folder);
    for (const count of counts) {
      const rows = rowsInFolder(join(folder, String(count)));
      const ids = await seed(rows, records, count);
      const wanted = {
        first: {},
        middle: { after: ids[Math.floor(ids.length / 2)]! },
        ticket: { ticket: 'REQ7' },
      };
      for (const [page, filter] of Object.entries(wanted)) {
        const counted = counting(rows);
        await records.findDeployments(counted.rows, filter, undefined as never);
        const { milliseconds } = await timed(async () => {
          for (let round = 0; round < rounds; round++)
            await records.findDeployments(rows, filter, undefined as never);
        });
        const name = (what: string) => `${what} of the ${page} page with ${count} records`;
        yield { name: name('storage operations'), value: counted.operations(), unit: 'operations' };
        yield { name: name('rows read'), value: counted.read(), unit: 'rows' };
        yield { name: name('time'), value: milliseconds / rounds, unit: 'ms' };
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The app is built as one bundle, which exports none of its parts: so this part is built separately. */
async function bundled(folder: string): Promise<Records> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const outfile = join(root, 'dist', 'bench', 'find-deployments.js');
  await build({
    absWorkingDir: root,
    stdin: {
      contents:
        "export { findDeployments } from './functions/records/find.ts';\nexport { cardKey, lists } from './functions/records/cards.ts';",
      resolveDir: root,
    },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return (await import(`${pathToFileURL(outfile).href}?${encodeURIComponent(folder)}`)) as Records;
}

async function seed(rows: Rows, { cardKey, lists }: Records, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = count - 1; number >= 0; number--) {
    const at = new Date(Date.UTC(2030, 0, 1) + number * 60_000);
    const id = newDeploymentId(hub, at, String(number));
    const ticket = { system: 'webhook', id: `REQ${number % 1000}` } as const;
    const summary: DeploymentSummary = {
      ...{ id, ticket, virtualNetworkId: hub, status: 'Succeeded', percent: 100 },
      ...{ startedAt: at.toISOString(), expectedEndAt: null, endedAt: at.toISOString() },
    };
    await rows.put(lists.all, cardKey(id), summary);
    await rows.put(lists.ticket(ticket.id), cardKey(id), summary);
    ids.push(id);
  }
  return ids;
}

function counting(rows: Rows) {
  let [operations, read] = [0, 0];
  return {
    operations: () => operations,
    read: () => read,
    rows: {
      ...rows,
      async page(partition: string, range: Parameters<Rows['page']>[1]) {
        const page = await rows.page(partition, range);
        operations++;
        read += page.length;
        return page;
      },
    } as Rows,
  };
}
