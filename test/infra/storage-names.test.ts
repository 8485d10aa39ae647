import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('the container that the template keeps and locks is the one that records are written to', () => {
  const [, kept = ''] =
    /var recordContainerName = '([^']+)'/.exec(read('infra/modules/app/storage.bicep')) ?? [];
  expect(kept).not.toBe('');
  expect(read('functions/storage.ts')).toContain(`'${kept}'`);
});
