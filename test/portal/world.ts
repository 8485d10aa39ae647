import { stage } from '../flows/stage.ts';

export const functionKey = 'the-key-of-this-story';

/** The app with a port of its own, where the API asks for a key as the Functions host does. */
export async function pageWorld(options: Parameters<typeof stage>[0] = {}) {
  const story = await stage({
    port: 0,
    door: (request) => {
      const { pathname } = new URL(request.url);
      const isOpen = pathname.startsWith('/api/portal');
      const hasKey = request.headers.get('x-functions-key') === functionKey;
      return isOpen || hasKey ? request : new Response(null, { status: 401 });
    },
    ...options,
  });
  return { ...story, address: (path = '') => `${story.host.url}/api/portal${path}` };
}

export type PageWorld = Awaited<ReturnType<typeof pageWorld>>;
