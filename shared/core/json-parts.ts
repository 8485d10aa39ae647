/**
 * JSON in parts, for a document that is too large to be held in memory a second time as text. Each entry of a list is
 * on its own line, so that it can be read back in parts too. A list inside an entry is a part of the entry's line.
 */
export function* jsonParts(value: unknown): Generator<string> {
  if (Array.isArray(value) && value.length > 0) {
    yield '[\n';
    for (const [index, entry] of value.entries())
      yield `${index > 0 ? ',\n' : ''}${JSON.stringify(entry) ?? 'null'}`;
    yield '\n]';
  } else if (isRecord(value)) {
    yield '{';
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    for (const [index, [name, member]] of members.entries()) {
      yield `${index > 0 ? ',' : ''}${JSON.stringify(name)}:`;
      yield* jsonParts(member);
    }
    yield '}';
  } else yield JSON.stringify(value);
}

/** Reads what `jsonParts` wrote, or JSON in one line. */
export async function fromJsonParts(parts: AsyncIterable<Uint8Array>): Promise<unknown> {
  const lists: unknown[][] = [];
  /** Everything but the entries. In place of the entries there is the index of their list. */
  let frame = '';
  let entries: unknown[] | undefined;
  for await (const line of jsonLines(parts)) {
    if (entries && !line.startsWith(']')) {
      entries.push(JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line));
      continue;
    }
    frame += line;
    entries = line.endsWith('[') ? [] : undefined;
    if (entries) frame += lists.push(entries) - 1;
  }
  if (lists.length === 0) return JSON.parse(frame);
  return JSON.parse(frame, (_, value) =>
    Array.isArray(value) && value.length > 0 ? lists[value[0]] : value,
  );
}

async function* jsonLines(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of parts) {
    const lines = decoder.decode(part, { stream: true }).split('\n');
    lines[0] = rest + lines[0]!;
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest + decoder.decode();
}

/** Joins the parts to fewer and larger ones, because each part is written separately. */
export function* inChunks(parts: Iterable<string>, length = 1 << 18): Generator<string> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < length) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** The value of a text that may be something else than JSON, such as a page for people: then undefined. */
export function jsonIn(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Whether a value of JSON has members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
