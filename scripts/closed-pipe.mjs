/** `npm run NAME | head`: whoever reads has enough. The program ends at once, with the code of one ended by SIGPIPE. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(141);
    throw error;
  });
