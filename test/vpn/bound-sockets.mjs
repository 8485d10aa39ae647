import { createSocket } from 'node:dgram';

// Started in a network namespace: binds UDP sockets there and hands them to the process that asked, which cannot go there itself.
const [address, ...ports] = process.argv.slice(2);
for (const port of ports) {
  const socket = createSocket('udp4');
  await new Promise((bound) => socket.bind(Number(port), address, bound));
  // Kept open here it would go on taking datagrams.
  await new Promise((sent) => process.send(port, socket, sent));
  socket.close();
}
process.disconnect();
