import { afterAll } from 'vitest';
import { leftOpen } from './left-open.ts';

/** A setup file runs for each file of tests. A hook in a module that several files import would run only for the first. */
afterAll(async () => {
  for (const close of leftOpen) await close();
});
