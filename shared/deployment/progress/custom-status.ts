import type { BranchProgress, Progress, Stage } from '../contract.ts';

/**
 * Durable Functions allows 16 KB of UTF-16 for a custom status and fails an orchestration that sets more
 * (documentation: "Custom orchestration status"). A part stays free for characters that are added by escaping.
 */
const mostCharacters = 7_600;
const cut = '… (cut; the record has everything)';

/**
 * Limits: how long a text may be, how many changes are shown, and how many things that were made or removed. The first
 * row with which the whole fits is used. An NPS server that takes no prefix gets a RADIUS client for each address of
 * the subnet.
 */
const limits = [
  [1000, 60, 60],
  [1000, 60, 15],
  [500, 40, 10],
  [250, 20, 10],
  [120, 10, 5],
  [60, 5, 0],
] as const;

/** The progress in a size that a custom status can hold. Long texts and lists are cut, and a note says so. */
export function fitted(progress: Progress): Progress {
  const fits = limits.find((limit) => JSON.stringify(shortenedTo(progress, limit)).length <= mostCharacters);
  return shortenedTo(progress, fits ?? limits.at(-1)!);
}

function shortenedTo(
  { verification: _, events: __, ...progress }: Progress,
  [length, most, mostThings]: (typeof limits)[number],
): Progress {
  const { result, stages } = progress;
  const { changes, made, removed, usersNotice } = result ?? {};
  const more = (changes?.length ?? 0) - most;
  return {
    ...progress,
    stages: stages.map((stage) => shortStage(stage, length)),
    ...(result && {
      result: {
        ...result,
        ...(changes && {
          changes: [
            ...changes.slice(0, most).map((change) => shortened(change, length)),
            ...(more > 0 ? [`and ${more} more (the record has all)`] : []),
          ],
        }),
        ...(usersNotice && {
          usersNotice: usersNotice.slice(0, most).map((notice) => shortened(notice, length)),
        }),
        ...(made && { made: made.slice(0, mostThings) }),
        ...(removed && { removed: removed.slice(0, mostThings) }),
      },
    }),
  };
}

/** The same for a sub-orchestration, which shows one wait. */
export function fittedBranch({ waiting, ...status }: BranchProgress): BranchProgress {
  return { ...status, ...(waiting && { waiting: shortStage(waiting, limits[0][0]) }) };
}

function shortStage<T extends Pick<Stage, 'detail' | 'lastError'>>(stage: T, length: number): T {
  const { detail, lastError } = stage;
  return {
    ...stage,
    ...(detail && { detail: shortened(detail, length) }),
    ...(lastError && {
      lastError: {
        ...lastError,
        code: shortened(lastError.code, length),
        message: shortened(lastError.message, length),
        ...(lastError.target !== undefined && { target: shortened(lastError.target, Math.max(length, 250)) }),
      },
    }),
  };
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - cut.length)}${cut}`;
}
