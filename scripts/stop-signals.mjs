/** Ctrl-C and SIGTERM end by `exit`, so that what listens to it takes temporary folders away. */
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
])
  process.once(signal, () => process.exit(128 + number));
