/**
 * Only the host, as its own process that may be killed at any moment. Its time is the time of the process that
 * started it, which sends the time in messages. So no time passes while the host is down.
 */
import { virtualClock } from '../../../dist/simulator/clock.js';
import { startHost } from '../../../dist/simulator/host/host.js';

const { APP_FILE, STATE_DIR, NOW } = process.env;
const clock = virtualClock(new Date(NOW));
process.on('message', ({ now }) => clock.advance(Math.max(0, Date.parse(now) - clock.now().getTime())));
process.on('disconnect', () => process.exit());

const host = await startHost({ appFile: APP_FILE, clock, stateDir: STATE_DIR, port: 0 });
process.send({ url: host.url });
