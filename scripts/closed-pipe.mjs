/**
 * For `npm run NAME | head` and `vpn-radius … | head`: when the reader has enough, the program ends at once, with the exit code of a program that
 * SIGPIPE ended.
 */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(141);
    throw error;
  });
