import { appendFileSync } from 'node:fs';
import * as df from 'durable-functions';
import { seen } from './seen.js';

const minutes = (context, count) => new Date(context.df.currentUtcDateTime.getTime() + count * 60_000);

df.app.activity('double', { handler: (number) => number * 2 });
df.app.activity('echo', { handler: (value) => value });
df.app.activity('kind', { handler: (value) => `${typeof value} ${JSON.stringify(value)}` });
df.app.activity('nothing', { handler: () => undefined });
df.app.activity('fail', {
  handler: (message) => {
    throw new TypeError(message);
  },
});
df.app.activity('throwText', { handler: () => Promise.reject('no Error') });
df.app.orchestration('throwsText', function* (context) {
  return yield context.df.callActivity('throwText');
});
df.app.activity('note', {
  handler: (text) => {
    seen.push(text);
    if (process.env.LEDGER) appendFileSync(process.env.LEDGER, `${text}\n`);
    return text;
  },
});
const failures = new Map();
df.app.activity('failsTwice', {
  handler: (key) => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    if (count <= 2) throw new Error(`failure ${count}`);
    return `succeeded at attempt ${count}`;
  },
});

df.app.orchestration('fanOut', function* (context) {
  const numbers = context.df.getInput();
  const doubled = yield context.df.Task.all(
    numbers.map((number) => context.df.callActivity('double', number)),
  );
  return doubled.reduce((sum, number) => sum + number, 0);
});

df.app.orchestration('kinds', function* (context) {
  const results = [];
  for (const value of ['text', '"quoted"', '12', 7, true, { a: [1] }, [2], null]) {
    results.push(yield context.df.callActivity('kind', value));
  }
  results.push(yield context.df.callActivity('nothing'));
  results.push(yield context.df.callActivity('echo', { at: new Date(0), skip: undefined }));
  return results;
});

/** Waits for the event `go` for at most ten minutes. */
df.app.orchestration('race', function* (context) {
  const timeout = context.df.createTimer(minutes(context, 10));
  const go = context.df.waitForExternalEvent('go');
  const winner = yield context.df.Task.any([timeout, go]);
  if (winner === timeout) return { timedOut: context.df.currentUtcDateTime };
  if (context.df.getInput()?.cancel !== false) timeout.cancel();
  return { got: go.result };
});

df.app.orchestration('longTimer', function* (context) {
  const start = context.df.currentUtcDateTime;
  yield context.df.createTimer(minutes(context, 15 * 24 * 60));
  return (context.df.currentUtcDateTime - start) / 86_400_000;
});

df.app.orchestration('parent', function* (context) {
  const given = context.df.callSubOrchestrator('fanOut', [1, 2], `${context.df.instanceId}-child`);
  const generated = context.df.callSubOrchestrator('fanOut', [3]);
  return yield context.df.Task.all([given, generated]);
});

df.app.orchestration('whoCalledMe', function* (context) {
  yield context.df.callActivity('nothing');
  return context.df.parentInstanceId ?? 'nobody';
});
df.app.orchestration('callsWho', function* (context) {
  return [yield context.df.callSubOrchestrator('whoCalledMe'), context.df.parentInstanceId ?? 'nobody'];
});

df.app.orchestration('failing', function* (context) {
  yield context.df.callActivity('fail', context.df.getInput());
});
df.app.orchestration('catching', function* (context) {
  const errors = [];
  for (const call of [
    () => context.df.callActivity('fail', 'no such gateway'),
    () => context.df.callSubOrchestrator('throwing', 'no such tunnel'),
  ]) {
    try {
      yield call();
    } catch (error) {
      errors.push(error.message);
    }
  }
  return errors;
});
df.app.orchestration('throwing', function* (context) {
  context.df.setCustomStatus({ about: 'to fail' });
  yield context.df.callActivity('nothing');
  throw new Error(context.df.getInput());
});
df.app.orchestration('unknownActivity', function* (context) {
  yield context.df.callActivity('nobodyKnows');
});
df.app.orchestration('callsHttp', function* (context) {
  yield context.df.callHttp({ method: 'GET', url: 'http://127.0.0.1:9/', enablePolling: false });
});
df.app.orchestration('allFails', function* (context) {
  const slow = context.df.callSubOrchestrator('sleeper', 30);
  try {
    yield context.df.Task.all([context.df.callActivity('fail', 'fast'), slow]);
  } catch {
    return 'went on';
  }
});
df.app.orchestration('sleeper', function* (context) {
  yield context.df.createTimer(minutes(context, context.df.getInput()));
  return 'slept';
});

df.app.orchestration('retrying', function* (context) {
  const options = new df.RetryOptions(60_000, context.df.getInput().attempts);
  options.backoffCoefficient = 2;
  const start = context.df.currentUtcDateTime;
  const result = yield context.df.callActivityWithRetry('failsTwice', options, context.df.instanceId);
  return { result, minutes: (context.df.currentUtcDateTime - start) / 60_000 };
});

/** Adds the events `add`, one in each execution, up to the given number. */
df.app.orchestration('counter', function* (context) {
  const { count, until } = context.df.getInput();
  context.df.setCustomStatus({ count });
  if (count >= until) return count;
  const added = yield context.df.waitForExternalEvent('add');
  context.df.continueAsNew({ count: count + added, until });
});

df.app.orchestration('waitsLate', function* (context) {
  yield context.df.createTimer(minutes(context, 5));
  const first = yield context.df.waitForExternalEvent('early');
  const second = yield context.df.waitForExternalEvent('early');
  return [first, second];
});

df.app.orchestration('noisy', function* (context) {
  const live = [];
  if (!context.df.isReplaying) live.push('first');
  seen.push(`${context.df.isReplaying} ${context.df.currentUtcDateTime.toISOString()}`);
  yield context.df.createTimer(minutes(context, 5));
  seen.push(`${context.df.isReplaying} ${context.df.currentUtcDateTime.toISOString()}`);
  yield context.df.callActivity('nothing');
  seen.push(`${context.df.isReplaying} ${context.df.currentUtcDateTime.toISOString()}`);
});

/** Schedules the same activity again, because it puts the running task into a second race. */
df.app.orchestration('twoRaces', function* (context) {
  const slow = context.df.callSubOrchestrator('sleeper', 20);
  const first = context.df.callActivity('note', 'first');
  yield context.df.Task.any([slow, first]);
  const second = context.df.callActivity('note', 'second');
  yield context.df.Task.any([slow, second]);
  return 'done';
});

globalThis.detour = false;
df.app.orchestration('undecided', function* (context) {
  if (globalThis.detour) yield context.df.createTimer(minutes(context, 1));
  else yield context.df.callActivity('note', 'straight');
  yield context.df.waitForExternalEvent('go');
});

df.app.orchestration('bigStatus', function* (context) {
  context.df.setCustomStatus('x'.repeat(9000));
  yield context.df.waitForExternalEvent('never');
});

df.app.orchestration('forbiddenIds', function* (context) {
  return yield context.df.callSubOrchestrator('fanOut', [1], context.df.instanceId);
});

/**
 * Like a deployment: steps, waits that race with an event, a sub-orchestration. Each step leaves a line in the ledger.
 */
df.app.orchestration('deployment', function* (context) {
  const id = context.df.instanceId;
  for (let step = 0; step < 3; step++) yield context.df.callActivity('note', `${id} step ${step}`);
  const child = context.df.callSubOrchestrator('deploymentChild', { id }, `${id}-child`);
  const polls = context.df.getInput().polls;
  for (let poll = 0; poll < polls; poll++) {
    const timeout = context.df.createTimer(minutes(context, 1));
    const woken = context.df.waitForExternalEvent('wake');
    const winner = yield context.df.Task.any([timeout, woken]);
    if (winner === woken) timeout.cancel();
    yield context.df.callActivity('note', `${id} poll ${poll}`);
    context.df.setCustomStatus({ poll });
  }
  const answer = yield child;
  yield context.df.callActivity('note', `${id} end`);
  return { answer };
});
df.app.orchestration('deploymentChild', function* (context) {
  const { id } = context.df.getInput();
  const all = [0, 1, 2].map((part) => context.df.callActivity('note', `${id} part ${part}`));
  yield context.df.Task.all(all);
  yield context.df.createTimer(minutes(context, 3));
  return `child of ${id}`;
});
