/** The id of a run: when it began, and what it is about, in characters that fit a path. */
export function runIdOf(instanceId: string, startedAt: string): string {
  return `${startedAt.replaceAll(/[-:]|\.\d+/g, '')}-${instanceId.replace(/^compliance-/, '')}`;
}

/** When the run of that id began; undefined when the text is no such id. */
export function startOf(runId: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-/.exec(runId) ?? [];
  return year ? new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : undefined;
}
