import { app } from '@azure/functions';
import * as df from 'durable-functions';

const ticketOffice = (key) => new df.EntityId('TicketOffice', key);
const bell = new df.EntityId('bell', 'front');

/**
 * Sells tickets in the order of arrival. Somebody who has a ticket gets the same one again. `batches` notes how many it
 * sold in each run.
 */
df.app.entity('TicketOffice', async (context) => {
  const { df: entity } = context;
  const sold = entity.getState(() => []);
  switch (entity.operationName) {
    case 'buy': {
      await new Promise(setImmediate);
      const buyer = entity.getInput();
      if (buyer === 'nobody') throw new Error('A ticket needs a buyer.');
      if (!sold.includes(buyer)) sold.push(buyer);
      entity.setState(sold);
      entity.signalEntity(bell, 'ring', buyer);
      entity.return({ number: sold.indexOf(buyer), self: [entity.entityName, entity.entityKey] });
      break;
    }
    case 'giveBack':
      entity.setState(sold.filter((buyer) => buyer !== entity.getInput()));
      break;
    case 'chargeAndThrow':
      entity.setState([...sold, 'charged']);
      throw 'no money';
    case 'close':
      entity.destructOnExit();
      break;
  }
});

df.app.entity('bell', ({ df: entity }) => {
  if (entity.operationName === 'ring') entity.setState(entity.getState(() => 0) + 1);
});

/** Never two operations at once on the same key, but several keys at the same time. */
let inside = 0;
df.app.entity('room', async ({ df: entity }) => {
  const { entered, most } = entity.getState(() => ({ entered: 0, most: 0 }));
  inside++;
  await new Promise((resolve) => setTimeout(resolve, 5));
  entity.setState({ entered: entered + 1, most: Math.max(most, inside) });
  inside--;
});

df.app.orchestration('buys', function* (context) {
  const { office = 'main', buyer } = context.df.getInput();
  return yield context.df.callEntity(ticketOffice(office), 'buy', buyer);
});

df.app.orchestration('buysTwiceAndRings', function* (context) {
  const buyer = context.df.instanceId;
  const first = yield context.df.callEntity(ticketOffice('main'), 'buy', buyer);
  const second = yield context.df.callEntity(ticketOffice('main'), 'buy', `${buyer}-friend`);
  context.df.signalEntity(new df.EntityId('bell', 'back'), 'ring');
  return [first.number, second.number];
});

df.app.orchestration('buysForAll', function* (context) {
  const calls = context.df
    .getInput()
    .map((buyer) => context.df.callEntity(ticketOffice('main'), 'buy', buyer));
  return (yield context.df.Task.all(calls)).map(({ number }) => number);
});

df.app.orchestration('asks', function* (context) {
  const { entity, key = 'main', operation, input } = context.df.getInput();
  try {
    return { answer: yield context.df.callEntity(new df.EntityId(entity, key), operation, input) };
  } catch (error) {
    return { failure: error.message };
  }
});

df.app.orchestration('signals', function* (context) {
  for (const key of context.df.getInput()) context.df.signalEntity(new df.EntityId('ROOM', key), 'enter');
  yield context.df.createTimer(context.df.currentUtcDateTime);
});

/** durable-functions has no method for it, but the extension has the action: ScheduledSignalEntity. */
df.app.orchestration('ringsLater', function* (context) {
  const fireAt = new Date(context.df.currentUtcDateTime.getTime() + context.df.getInput() * 60_000);
  const action = { actionType: 10, instanceId: '@bell@front', operation: 'ring', fireAt };
  context.df.taskOrchestratorExecutor.recordFireAndForgetAction(action);
  yield context.df.createTimer(context.df.currentUtcDateTime);
});

/** Ends without waiting for the answer that it asked for. */
df.app.orchestration('leaves', function* (context) {
  const answer = context.df.callEntity(ticketOffice('main'), 'buy', 'who leaves');
  const timer = context.df.createTimer(context.df.currentUtcDateTime);
  yield context.df.Task.any([answer, timer]);
});

df.app.orchestration('buysAgain', function* (context) {
  const round = context.df.getInput();
  const { number } = yield context.df.callEntity(ticketOffice('main'), 'buy', `round ${round}`);
  if (round < 3) context.df.continueAsNew(round + 1);
  return number;
});

df.app.orchestration('locks', function* (context) {
  yield context.df.lock(ticketOffice('main'));
});

df.app.orchestration('isLocked', function* (context) {
  yield context.df.createTimer(context.df.currentUtcDateTime);
  return context.df.isLocked().isLocked;
});

app.http('office', {
  route: 'office/{key}',
  methods: ['GET', 'POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const { key } = request.params;
    if (request.method === 'GET') return { jsonBody: await client.readEntityState(ticketOffice(key)) };
    await client.signalEntity(ticketOffice(key), request.query.get('op'), await request.json());
    return { status: 202 };
  },
});
