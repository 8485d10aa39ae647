import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { stage } from '../../flows/stage/stage.ts';
import { openPage } from './browser.ts';

export const functionKey = 'the-key-of-this-story';
/** What somebody may write who means harm, in every field that takes a text. */
export const markup = '"><img src=x onerror="pwned=1"><script>pwned=1</script>';

/** The app with a port of its own, where the API asks for a key as the Functions host does. */
export async function pageWorld(options: Parameters<typeof stage>[0] = {}) {
  const { folder } = temporaryFolder('vpn-radius-page-');
  const story = await stage({
    port: 0,
    door: (request) => {
      const { pathname } = new URL(request.url);
      const isOpen = pathname.startsWith('/api/portal') || pathname.startsWith('/api/signed-in');
      const hasKey = request.headers.get('x-functions-key') === functionKey;
      return isOpen || hasKey ? request : new Response(null, { status: 401 });
    },
    ...options,
    settings: { REPORT_FOLDER: folder, ...options.settings },
  });
  const rows = join(folder, 'rows');
  return { ...story, rows, address: (path = '') => `${story.host.url}/api/portal${path}` };
}

export type PageWorld = Awaited<ReturnType<typeof pageWorld>>;

export async function opened(world: PageWorld, path = '', options: BrowserContextOptions = {}) {
  const all = await openPage(options);
  await all.page.goto(world.address(path));
  return all;
}

/** A page at that address, after the question for the key was answered. */
export async function signedIn(world: PageWorld, path = '', options: BrowserContextOptions = {}) {
  const all = await opened(world, path, options);
  await all.page.getByLabel('Function key').fill(functionKey);
  await all.page.getByRole('button', { name: 'Continue' }).click();
  return all;
}
