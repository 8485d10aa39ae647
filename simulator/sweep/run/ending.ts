import type { JsonObject } from '../../azure/wire/messages.ts';
import { object } from '../../azure/wire/messages.ts';
import type { SecretVersion } from '../../azure/world.ts';
import type { Local } from '../../local/local.ts';
import type { World } from '../../local/world.ts';
import { answers } from '../../rehearsal/estate.ts';
import { plain } from './plain.ts';

/**
 * How a flow ended, in Azure, on NPS servers and for the sender. It is the same for two runs in which nothing was
 * harmed.
 */
export type Ending = Readonly<Record<string, unknown>>;

export function endingOf({ world }: Local, mayComeLate: boolean): Ending {
  const { azure, npsServers, storage } = world;
  const ending: JsonObject = {};
  for (const resource of [...azure.world.resources].sort((one, other) => (one.id < other.id ? -1 : 1)))
    ending[resource.id] = { tags: resource.tags, properties: resource.properties };
  const versions = [...azure.world.vault.secrets].map(([name, its]) => [name, kept(its).length] as const);
  ending['versions of secrets'] = Object.fromEntries(versions.sort());
  ending['deleted secrets'] = [...azure.world.vault.deleted.keys()].sort();
  for (const [name, nps] of npsServers)
    ending[`NPS ${name}`] = withoutHistory(nps.state() as unknown as JsonObject);
  ending.rows = rowsIn(storage);
  ending['what was told'] = answers(world).map(toldWithoutTimes).sort();
  const secrets = secretsOf(world);
  // Sorted and counted once after ids and times are taken out.
  const documents = [
    ...new Set(documentsIn(storage, mayComeLate).map((name) => withoutChance(name, secrets))),
  ].sort();
  return { ...JSON.parse(withoutChance(JSON.stringify(ending), secrets)), documents };
}

/** Of two versions that were stored at the same time, one counts. The other is disabled, and a tag names the first. */
const kept = (versions: readonly SecretVersion[]) =>
  versions.filter(({ enabled, tags }) => enabled || tags?.['vpn-radius-instead'] === undefined);

/**
 * The kinds of documents that are left. An answer that was told late is one more entry of the record, so entries and
 * reports are not counted. A message that comes late may write a part of a run that has ended: the next check after two
 * days removes it (`tidyReports`).
 */
const documentsIn = ({ containers }: World['storage'], mayComeLate: boolean) =>
  [...containers].flatMap(([container, blobs]) =>
    [...blobs.keys()]
      .filter((name) => !(mayComeLate && name.startsWith('runs/')))
      .map((name) => `${container}/${name.replace(/\d{8}\.json$/, '<entry>')}`),
  );

/**
 * What may be lost: how long an undisturbed creation takes, and the turn of a deployment. Who gets none begins at once,
 * and Azure makes it wait. What may stay: the turn of an answer that was told. Housekeeping removes it in the night.
 */
const losable = ['creation-times', 'turns', 'answer-turn'];

/**
 * How many rows there are of each kind: a lock or a turn that was taken must be given back. The same wish that came in two
 * events is two tickets of one deployment, and counts once.
 */
function rowsIn({ tables }: World['storage']): Record<string, number> {
  const counts: Record<string, number> = {};
  const ofTickets = new Set<unknown>();
  for (const entities of tables.values())
    for (const { properties } of entities.values()) {
      // Partitions of one ticket, network or gateway are named by a hash of it.
      const partition = String(properties.PartitionKey).replace(/\.[0-9a-f]{12}$/, '');
      if (losable.includes(partition)) continue;
      if (partition === 'ticket') {
        if (ofTickets.has(properties.RowKey)) continue;
        ofTickets.add(properties.RowKey);
      }
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
  return Object.fromEntries(Object.entries(counts).sort());
}

/** The notes of an NPS server about its work are different in each run. */
const withoutHistory = ({ runs: _, backups: __, ...state }: JsonObject) => state;

/** An answer without its times: its status, and everything that was done. */
function toldWithoutTimes({ system, status, result, text, comment }: JsonObject): string {
  const { changes } = object(result);
  return JSON.stringify([
    system,
    status,
    Array.isArray(changes) ? [...changes].sort() : changes,
    text,
    comment,
  ]);
}

/** Replaces each shared secret by the name and version of its secret, and what depends on chance or time by its kind. */
function withoutChance(text: string, secrets: ReadonlyMap<string, string>): string {
  let plainer = text;
  for (const [value, name] of secrets) plainer = plainer.replaceAll(JSON.stringify(value).slice(1, -1), name);
  return plain(plainer);
}

function secretsOf({ azure }: World): Map<string, string> {
  const named = [...azure.world.vault.secrets].flatMap(([name, versions]) =>
    kept(versions).map(
      ({ value }, index, its) => [value, `<version ${index - its.length} of ${name}>`] as const,
    ),
  );
  return new Map(named.filter(([value]) => value.length > 8));
}

/**
 * An ending without the questions that were not sent in the other one. A question that a person has answered before it
 * could be sent is no longer true, so it is not sent (`tellAgain`). Only a storm keeps a question back for so long.
 */
export function withoutUnsentQuestions(wanted: Ending, got: Ending): Ending {
  const told = wanted['what was told'];
  const sent = got['what was told'];
  if (!Array.isArray(told) || !Array.isArray(sent)) return wanted;
  const isQuestion = (answer: unknown) => typeof answer === 'string' && answer.includes('AwaitingApproval');
  return { ...wanted, 'what was told': told.filter((one) => !isQuestion(one) || sent.includes(one)) };
}

/** How two endings differ: the names of the parts, each with its two values. */
export function endingDifferences(wanted: Ending, got: Ending): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(got)])];
  return names.flatMap((name) => differencesAt(name, wanted[name], got[name]));
}

function differencesAt(path: string, wanted: unknown, got: unknown): string[] {
  if (JSON.stringify(wanted) === JSON.stringify(got)) return [];
  const areObjects = [wanted, got].every((one) => typeof one === 'object' && one !== null);
  if (!areObjects) {
    const from = placeOfDifference(wanted, got);
    return [`${path} is ${shortOf(got, from)}, undisturbed ${shortOf(wanted, from)}`];
  }
  const [one, other] = [wanted as JsonObject, got as JsonObject];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
    differencesAt(`${path} › ${name}`, one[name], other[name]),
  );
}

/** The position where two texts begin to differ, less some characters before it; 0 for other values. */
function placeOfDifference(one: unknown, other: unknown): number {
  if (typeof one !== 'string' || typeof other !== 'string') return 0;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return Math.max(0, at - 60);
}

function shortOf(value: unknown, from: number): string {
  if (typeof value === 'string')
    return `${from > 0 ? '… ' : ''}${JSON.stringify(value.slice(from, from + 300))}`;
  return (JSON.stringify(value) ?? 'not there').slice(0, 300);
}
