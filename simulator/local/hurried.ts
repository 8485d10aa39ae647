import type { VirtualClock } from '../clock.ts';
import type { Local } from './local.ts';

/**
 * The app waits in real time for a client profile, for the time that Azure asks for. Here that is one second instead of
 * ten.
 */
export function hurried({ world, clock }: Pick<Local, 'world'> & { readonly clock: VirtualClock }): void {
  const { azure } = world;
  const { handle } = azure;
  Object.assign(azure, {
    handle: async (request: Parameters<typeof handle>[0]) => {
      const response = await handle(request);
      if (/generatevpnprofile/i.test(request.url)) {
        response.headers['Retry-After'] = '1';
        setImmediate(() => clock.advance(20_000));
      }
      return response;
    },
  });
}
