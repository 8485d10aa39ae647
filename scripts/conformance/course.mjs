import { randomBytes } from 'node:crypto';
import { eventLook, subscribed } from './event-look.mjs';
import { looks, npsIds } from './looks.mjs';
import { npsAnswers, npsVerdict } from './nps-questions.mjs';
import { Stopped } from './recorder.mjs';
import { madeNetworks } from './throw-away.mjs';

const purpose = 'vpn-radius conformance';
/** The api-version of resource groups. */
export const resourceGroups = { version: '2021-04-01' };

/** From the empty resource group to the last look. `results` fills meanwhile, so a run that ends early still reports what it saw. */
export async function looked(context) {
  const { send, world, machine, results, values } = context;
  await tellOfOlder(context);
  if (machine) await lookedAtNps(context);
  const existing = await send('GET', world.groupId, undefined, resourceGroups);
  if (existing.status !== 404) throw new Error(`${world.groupId} exists already, or cannot be read.`);
  const created = await send(
    'PUT',
    world.groupId,
    { location: values.location, tags: { purpose } },
    resourceGroups,
  );
  if (created.status >= 300)
    throw new Error(`The resource group could not be made: ${created.code} ${created.message}`);
  const { operation } = await madeNetworks(context, world);
  const all = { ...context, operation };
  for (const one of looks.filter(({ with: needs }) => !needs)) await lookedAt(one, all);
  const lacks = values.gateway ? undefined : 'needs --gateway';
  for (const { id } of looks.filter(({ with: needs }) => needs))
    results.set(id, { verdict: 'not looked at', saw: lacks ?? 'was not reached' });
  results.set('event-at-end', { verdict: 'not looked at', saw: lacks ?? 'was not reached' });
  if (values.gateway) await lookedAtGateway(all);
}

/** What a look finds. A look that fails does not stop the others. */
async function lookedAt({ id, look }, context) {
  const seen = await look(context).catch((error) => {
    if (error instanceof Stopped) throw error;
    return { verdict: 'not looked at', saw: error.message };
  });
  context.results.set(id, seen);
  context.progress(`${id}: ${seen.verdict}`);
}

async function lookedAtGateway(context) {
  const { made, world, progress, results } = context;
  await made(world.gatewayId, world.gateway);
  const account = `stconformance${randomBytes(4).toString('hex')}`;
  context.know(account, 'stconformance');
  const readEvents = await subscribed(context, world, account).catch((error) => {
    if (error instanceof Stopped) throw error;
    results.set('event-at-end', { verdict: 'not looked at', saw: error.message });
    progress(`no events: ${error.message}`);
  });
  const update = async (body) => {
    const seen = [];
    await made(world.gatewayId, body, { seen: (state, { at }) => seen.push({ state, at }) });
    if (readEvents)
      await lookedAt({ id: 'event-at-end', look: (all) => eventLook({ ...all, readEvents, seen }) }, context);
  };
  for (const one of looks.filter(({ with: needs }) => needs)) await lookedAt(one, { ...context, update });
}

async function lookedAtNps(context) {
  const answers = await npsAnswers(context, context.machine, context.root).catch((error) => {
    if (error instanceof Stopped) throw error;
    context.progress(`${context.machine.id} did not answer: ${error.message}`);
    return error;
  });
  for (const id of npsIds(context.root))
    context.results.set(
      id,
      answers instanceof Error
        ? { verdict: 'not looked at', saw: answers.message }
        : npsVerdict(answers.get(id)),
    );
}

/** A run that was killed deletes nothing. */
async function tellOfOlder({ send, progress, world }) {
  const { body } = await send('GET', world.groupId.split('/').slice(0, 4).join('/'), undefined, {
    ...resourceGroups,
    keep: () => 'other resource groups, which are not recorded',
  });
  for (const { name, tags } of body?.value ?? [])
    if (tags?.purpose === purpose) progress(`An earlier run left this: az group delete --name ${name}`);
}
