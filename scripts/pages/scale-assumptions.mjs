/** What docs/scale.md takes from elsewhere: prices and limits, each with its source. */
export const operationPricesOf = '2026-11-29';

/** US dollars for 10,000 operations; the page names the source. */
export const operationPrices = {
  queue: 0.004,
  scan: 0.12,
  batchWrite: 0.0975,
  write: 0.0325,
  read: 0.0065,
  documentWrite: 0.054,
  documentRead: 0.0043,
};

/** Microsoft Learn, "Durable Task Scheduler billing". */
export const actionLimits = [
  { what: 'The consumption SKU', perSecond: 500 },
  { what: 'one capacity unit of the dedicated SKU', perSecond: 2000 },
];

const hour = 3600;

/** `perDeployment` is a figure of the benchmark, or a number. */
export const serviceLimits = [
  {
    part: 'one subscription',
    limit: "one deployment every two and a half seconds, the app's own pace under the token buckets",
    perDeployment: 1,
    perHour: hour / 2.5,
  },
  {
    part: 'one NPS server',
    limit: 'one gateway at a time, 6.5 minutes each (simulated)',
    perDeployment: 1,
    perHour: 60 / 6.5,
  },
  {
    part: 'queues of the task hub on Azure Storage',
    limit:
      '2,000 messages a second and queue (Learn, "Scalability targets for Queue Storage"); all through one queue of work items',
    perDeployment: 'messages of the task hub',
    perHour: 2000 * hour,
  },
  {
    part: 'Durable Task Scheduler, consumption',
    limit: '500 actions a second (Learn, "Durable Task Scheduler billing")',
    perDeployment: 'messages of the task hub',
    perHour: 500 * hour,
  },
  {
    part: 'Durable Task Scheduler, one capacity unit',
    limit: '2,000 actions a second (the same page)',
    perDeployment: 'messages of the task hub',
    perHour: 2000 * hour,
  },
];
