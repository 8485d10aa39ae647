import './entry.mjs';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { announcement, isAgreed } from './conformance/announcement.mjs';
import { cleanedUp, stopOnSignal } from './conformance/clean-up.mjs';
import { costOf } from './conformance/cost.mjs';
import { looked } from './conformance/course.mjs';
import { npsMachine } from './conformance/nps-questions.mjs';
import { recorderOf, Stopped } from './conformance/recorder.mjs';
import { report } from './conformance/report.mjs';
import { hide, signIn } from './conformance/sign-in.mjs';
import { takenOut } from './conformance/taken-out.mjs';
import { throwAway } from './conformance/throw-away.mjs';

/**
 * Checks every line that `simulator/README.md` and `nps/README.md` call assumed on a real subscription, with the caller's own `az`
 * sign-in, in a resource group that it makes and deletes, and on an NPS server that the caller names. Exit code 0: nothing is
 * contradicted; 1: something is contradicted, or something could not be deleted; 2: the check could not be done.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line) => console.error(line);

async function conformance() {
  const { values } = parseArgs({
    options: {
      subscription: { type: 'string' },
      location: { type: 'string', default: 'westeurope' },
      gateway: { type: 'boolean', default: false },
      nps: { type: 'string' },
      yes: { type: 'boolean', default: false },
      recording: { type: 'string', default: 'conformance.json' },
      poll: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
    },
  });
  const machine = values.nps === undefined ? undefined : npsMachine(values.nps);
  const signedIn = signIn(values.subscription);
  const group = `rg-vpn-radius-conformance-${randomBytes(4).toString('hex')}`;
  const groupId = `/subscriptions/${signedIn.subscriptionId}/resourceGroups/${group}`;
  const cost = costOf(values);
  say(announcement(values, group, cost, machine));
  if ((values.gateway || machine) && !(await isAgreed(values.yes))) {
    say(
      'Nothing was made, and nothing was sent to a machine. With --yes the command does not ask you first.',
    );
    return 2;
  }
  const { know, clean } = takenOut();
  hide(know, signedIn, group, machine);
  const recorder = recorderOf({
    endpoint: signedIn.endpoint,
    token: signedIn.token,
    poll: Number(values.poll),
    progress: say,
    mayWrite: (path) => isWithin(path, groupId) || isSame(path, machine?.commandId),
  });
  const world = throwAway({ groupId, location: values.location });
  know(world.secret);
  stopOnSignal(recorder, group, machine, say);

  const began = Date.now();
  const results = new Map();
  const ended = await looked({
    ...recorder,
    know,
    progress: say,
    world,
    machine,
    results,
    values,
    root,
  }).catch((error) => error);
  recorder.carryOn();
  const isClean = await cleanedUp(recorder, groupId, group, machine, say);
  const hours = (Date.now() - began) / 3_600_000;
  say(
    `It took ${Math.round(hours * 60)} minutes: about ${(cost.hourly * hours).toFixed(2)} US dollars by list prices of ${cost.pricesOf}.`,
  );
  const recording = clean({ made: madeOf(values, signedIn), interactions: recorder.interactions });
  writeFileSync(values.recording, `${JSON.stringify(recording, null, 1)}\n`);
  if (ended instanceof Error) say(clean(ended.message));
  const code = report(results, values, clean, root);
  if (ended instanceof Error) return ended instanceof Stopped ? 130 : 2;
  return isClean ? code : 1;
}

const isSame = (path, id) => id !== undefined && path.toLowerCase() === id.toLowerCase();
const isWithin = (path, id) => isSame(path, id) || path.toLowerCase().startsWith(`${id.toLowerCase()}/`);

function madeOf({ gateway, location, nps }, { cloud, endpoint }) {
  const isSimulated = /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(endpoint).hostname);
  return {
    against: isSimulated ? 'the simulator of this project, not Azure' : cloud,
    on: new Date().toISOString().slice(0, 10),
    location,
    gateway,
    nps: nps !== undefined,
  };
}

try {
  process.exitCode = await conformance();
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}
