import { resourceGroups } from './course.mjs';

/** The first Ctrl-C cleans up, a later one stops at once. npm passes each on a second time. */
export function stopOnSignal({ stop }, group, machine, say) {
  let first;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (first === undefined) {
        first = Date.now();
        say('Stopping: what was made is deleted first. Press Ctrl-C again to stop at once.');
        stop();
      } else if (Date.now() - first > 2000) {
        say(leftOver(group, machine));
        process.exit(130);
      }
    });
}

const leftOver = (group, machine) =>
  [
    `This may still exist: az group delete --name ${group}`,
    ...(machine
      ? [`az rest --method delete --url "${machine.commandId}?api-version=${machine.version}"`]
      : []),
  ].join('\n');

/** Whether everything was deleted. */
export async function cleanedUp(recorder, groupId, group, machine, say) {
  const deletions = [
    [groupId, resourceGroups],
    ...(machine ? [[machine.commandId, { version: machine.version }]] : []),
  ];
  const left = [];
  for (const [id, options] of deletions)
    if (!(await recorder.gone(id, options).catch((error) => say(error.message)))) left.push(id);
  say(left.length === 0 ? `${group} is deleted. Nothing is left.` : leftOver(group, machine));
  return left.length === 0;
}
