import { afterAll } from 'vitest';
import { leftOpen } from './left-open.ts';

/** Runs for each file of tests; a hook in a module that several files import would run for the first of them alone. */
afterAll(async () => {
  for (const close of leftOpen) await close();
});
