/** Ctrl-C and SIGTERM end through `exit`, so that its listeners remove temporary folders. */
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
])
  process.once(signal, () => process.exit(128 + number));
