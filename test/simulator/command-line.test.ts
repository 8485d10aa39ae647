import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsedArguments, scenarioIn, UsageError, wholeNumber } from '../../simulator/command-line.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';

describe('a whole number', () => {
  it.each([
    ['0', 0, 9, 0],
    ['9', 0, 9, 9],
    ['123456', 1, undefined, 123_456],
  ])('%j from %j to %j', (text, least, most, expected) => {
    expect(wholeNumber('--port', text, least, most)).toBe(expected);
  });

  it.each(['', ' ', '-1', '10', '1.5', '1e0', '0x1', 'one'])(
    'is not %j, when it goes from 0 to 9',
    (text) => {
      expect(() => wholeNumber('--port', text, 0, 9)).toThrow(UsageError);
      expect(() => wholeNumber('--port', text, 0, 9)).toThrow(
        `--port must be a whole number from 0 to 9, not ${text}.`,
      );
    },
  );

  it('may have no end', () => {
    expect(() => wholeNumber('--most', '0', 1)).toThrow('--most must be a whole number from 1, not 0.');
  });
});

it('an unknown option is a usage error', () => {
  expect(() => parsedArguments({ args: ['--colour'], options: {} })).toThrow(UsageError);
});

it('a scenario that cannot be read is a usage error that names the file', () => {
  const { folder, remove } = temporaryFolder('vpn-radius-test-');
  const file = join(folder, 'scenario.json');
  try {
    expect(() => scenarioIn(file)).toThrow(`--scenario ${file}: ENOENT`);
    writeFileSync(file, '{"resources":');
    expect(() => scenarioIn(file)).toThrow(UsageError);
    writeFileSync(file, '{"resources":[]}');
    expect(scenarioIn(file)).toEqual({ resources: [] });
  } finally {
    remove();
  }
});
