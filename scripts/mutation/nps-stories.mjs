import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
// As deep as the sources of the tests, which find nps/ from where they are.
const bundled = `${root}.mutation/nps/stories.mjs`;

/** The stories of `test/nps` and their tests, played on one engine and run without Vitest. */
export async function npsStories() {
  mkdirSync(`${root}.mutation/nps`, { recursive: true });
  await build({
    entryPoints: [`${root}test/mutation/nps-stories.ts`],
    outfile: bundled,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { vitest: `${root}test/mutation/collected.ts` },
    logLevel: 'warning',
  });
  return await import(pathToFileURL(bundled).href);
}

/** Plays one story on the engine. Returns its answers, and which blocks of the module were reached. */
export async function tell(warm, { standInCommands, answerTo }, steps, folder, milliseconds) {
  const commands = standInCommands(steps, folder, 'server', `${root}nps/run-command.ps1`);
  const { said, reached, late, failed } = await warm.ask({ do: 'run', commands }, milliseconds);
  try {
    if (late || failed) return { late, failed };
    return { answers: JSON.parse(said).map((one, index) => answerTo(commands[index], one)), reached };
  } catch (error) {
    return { failed: error.message };
  } finally {
    for (const name of ['', ...steps.map((_, step) => `-${step}`)])
      rmSync(join(folder, `server${name}.json`), { force: true });
    rmSync(join(folder, 'server.json.files'), { recursive: true, force: true });
  }
}

/**
 * The tests of a subject, each with the stories that it looks at. `answers` holds what each story was answered; a test
 * that is asked again looks there again.
 */
export async function testsAbout({ testsOf }, stories, declare, answers) {
  const told = {};
  let looksAt = new Set();
  for (const story of stories)
    Object.defineProperty(told, story.name, {
      enumerable: true,
      get: () => {
        looksAt.add(story);
        return answers.get(story);
      },
    });
  const tests = [];
  for (const test of testsOf(() => declare(() => told))) {
    looksAt = new Set();
    const passes = await passing(test);
    tests.push({ test, passes, looksAt: [...looksAt] });
  }
  return tests;
}

export async function passing(test) {
  try {
    await test();
    return true;
  } catch {
    return false;
  }
}
