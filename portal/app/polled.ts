import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import { useApi } from './context.ts';
import { type Look, nextWait, type Pace } from './pace.ts';

export interface Polled<T> {
  readonly data: T | undefined;
  /** Why the last try failed. Then `data` is what was read before. */
  readonly error: ApiError | undefined;
  /** When the app last answered. */
  readonly reachedAt: Date | undefined;
  /** Asks now, for example after somebody decided. */
  readonly refresh: () => void;
}

/**
 * What the app answers at that path. It is asked again and again while the page is visible: a hidden tab asks nothing,
 * and asks at once when it is shown again. `paceOf` says from the answer how often to ask. When it gives undefined, the
 * answer stays as it is until `version` changes.
 */
export function usePolled<T>(
  path: string | undefined,
  paceOf: (data: T) => Pace | undefined,
  version = '',
): Polled<T> {
  const api = useApi();
  const [state, setState] = useState<Omit<Polled<T>, 'refresh'> & { path: string | undefined }>(
    nothing(path),
  );
  const now = useRef(() => {});
  const pace = useRef(paceOf);
  pace.current = paceOf;

  useEffect(() => {
    if (path === undefined) return;
    const ends = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait: number | undefined;
    let text: string | undefined;
    let data: T | undefined;
    let isAsking = false;
    let mustAskAgain = false;

    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      if (isAsking) {
        mustAskAgain = true;
        return;
      }
      isAsking = true;
      let found: Look = 'same';
      let retryAfter: number | undefined;
      try {
        const answer = await api.get<T>(path, ends.signal);
        const answered = JSON.stringify(answer);
        if (answered !== text) {
          found = 'changed';
          data = answer;
        }
        text = answered;
        setState({ path, data, error: undefined, reachedAt: new Date() });
      } catch (error) {
        if (ends.signal.aborted) return;
        found = 'failed';
        const told =
          error instanceof ApiError
            ? error
            : new ApiError(0, 'Unreadable', 'The answer of the app cannot be read.');
        retryAfter = told.retryAfterSeconds;
        setState((before) => ({ ...(before.path === path ? before : nothing<T>(path)), error: told }));
      } finally {
        isAsking = false;
      }
      if (mustAskAgain) {
        mustAskAgain = false;
        return ask();
      }
      const paced = data === undefined ? { shortest: 3_000, longest: 60_000 } : pace.current(data);
      if (!paced && found !== 'failed') return;
      wait = nextWait(paced ?? { shortest: 5_000, longest: 60_000 }, wait, found, retryAfter);
      if (!document.hidden) timer = setTimeout(() => void ask(), wait);
    };
    const shown = () => {
      if (document.hidden) clearTimeout(timer);
      else void ask();
    };
    now.current = () => void ask();
    void ask();
    document.addEventListener('visibilitychange', shown);
    window.addEventListener('online', shown);
    return () => {
      ends.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', shown);
      window.removeEventListener('online', shown);
    };
  }, [api, path, version]);

  const { path: of, ...shown } = state;
  return { ...(of === path ? shown : nothing<T>(path)), refresh: () => now.current() };
}

function nothing<T>(path: string | undefined): Omit<Polled<T>, 'refresh'> & { path: string | undefined } {
  return { path, data: undefined, error: undefined, reachedAt: undefined };
}
