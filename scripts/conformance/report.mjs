import { assumedLines } from './assumed-lines.mjs';
import { whyNot } from './looks.mjs';

/** Prints the result of each assumed line, the worst first, and the counts. Returns the exit code. */
export function report(results, { json, recording, nps }, clean, root) {
  const lines = assumedLines(root).map((line) => ({ ...line, ...verdictOf(line, results, nps, root) }));
  const order = ['contradicted', 'confirmed', 'not looked at'];
  for (const { ids, says, from, verdict, saw } of order.flatMap((one) =>
    lines.filter(({ verdict }) => verdict === one),
  )) {
    const told = clean({ verdict, says, ids, from, saw });
    console.log(
      json ? JSON.stringify(told) : `${verdict.padEnd(13)}  ${says} (${ids.join(', ')}): ${told.saw}`,
    );
  }
  const count = (verdict) => lines.filter((line) => line.verdict === verdict).length;
  const counts = {
    confirmed: count('confirmed'),
    contradicted: count('contradicted'),
    notLookedAt: count('not looked at'),
  };
  console.log(
    json
      ? JSON.stringify(counts)
      : `${counts.confirmed} confirmed, ${counts.contradicted} contradicted, ${counts.notLookedAt} not looked at. Recording: ${recording}`,
  );
  return counts.contradicted > 0 ? 1 : 0;
}

/** A line with several ids is confirmed when all of them are. */
function verdictOf({ ids }, results, nps, root) {
  const all = ids.map(
    (id) =>
      results.get(id) ?? {
        verdict: 'not looked at',
        saw: whyNot(id, root, nps),
      },
  );
  const verdict = all.some((one) => one.verdict === 'contradicted')
    ? 'contradicted'
    : all.every((one) => one.verdict === 'confirmed')
      ? 'confirmed'
      : 'not looked at';
  return { verdict, saw: [...new Set(all.map(({ saw }) => saw))].join('; ') };
}
