import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './api.ts';
import { may } from './session.ts';

export const ApiContext = createContext<Api | undefined>(undefined);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('There is no session yet.');
  return api;
}

/** Whether the viewer may call this route. */
export function useMay(method: string, path: string): boolean {
  return may(useApi().session, method, path);
}
