import { useEffect, useMemo, useState } from 'preact/hooks';
import { LocationProvider } from 'preact-iso';
import { Notice } from '../parts/notice.tsx';
import { ApiError, apiOf, readSession, useKey } from './api.ts';
import { ApiContext } from './context.ts';
import { Frame } from './frame.tsx';
import { home, type Session } from './session.ts';
import { KeyForm, SignIn } from './sign-in.tsx';

/** Signs in, and then shows the views. */
export function App() {
  const [session, setSession] = useState<Session>();
  const [failure, setFailure] = useState<string>();
  const [isSignedOut, setSignedOut] = useState(false);
  const [keys, setKeys] = useState(0);
  const api = useMemo(() => session && apiOf(session, () => setSignedOut(true)), [session]);

  const begin = () => {
    setFailure(undefined);
    readSession().then(setSession, (error) =>
      setFailure(error instanceof ApiError ? error.message : 'The app cannot be reached.'),
    );
  };
  useEffect(begin, []);

  if (!session || !api) {
    return (
      <main class="entrance">
        <h1>VPN RADIUS</h1>
        {failure ? (
          <Notice kind="bad" title="Not reached">
            <p>{failure}</p>
            <button type="button" onClick={begin}>
              Try again
            </button>
          </Notice>
        ) : (
          <p role="status">Loading…</p>
        )}
      </main>
    );
  }
  if (session.authMode === 'entra' && (isSignedOut || !session.signedIn)) return <SignIn />;
  if (isSignedOut) {
    return (
      <KeyForm
        wasRefused={keys > 0}
        onKey={(text) => {
          useKey(text);
          setKeys(keys + 1);
          setSignedOut(false);
        }}
      />
    );
  }
  return (
    <ApiContext.Provider value={api}>
      <LocationProvider scope={home}>
        <Frame session={session} />
      </LocationProvider>
    </ApiContext.Provider>
  );
}
