import { useState } from 'preact/hooks';
import { Notice } from '../parts/notice.tsx';
import { signInAddress } from './session.ts';

/** App Service signs people in; this page never sees a password or a token. */
export function SignIn() {
  return (
    <main class="entrance">
      <h1>VPN RADIUS</h1>
      <p>
        Sign in with the account of your organisation. What you may see and do depends on your role in this
        app.
      </p>
      <p>
        <a class="button primary" href={signInAddress(location.pathname + location.search)}>
          Sign in
        </a>
      </p>
    </main>
  );
}

interface KeyFormProps {
  readonly wasRefused: boolean;
  readonly onKey: (text: string) => void;
}

export function KeyForm({ wasRefused, onKey }: KeyFormProps) {
  const [text, setText] = useState('');
  return (
    <main class="entrance">
      <h1>VPN RADIUS</h1>
      {wasRefused && (
        <Notice kind="bad" title="The key was refused">
          <p>
            The app does not know this function key. Look for it in the Azure portal: function app, App keys.
          </p>
        </Notice>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onKey(text.trim());
        }}
      >
        <div class="field">
          <label for="key">Function key</label>
          <input
            id="key"
            type="password"
            autocomplete="off"
            required
            value={text}
            aria-describedby="key-hint"
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <p class="hint" id="key-hint">
            It stays only in the memory of this page, until you close or reload the page.
          </p>
        </div>
        <button type="submit" class="primary">
          Continue
        </button>
      </form>
    </main>
  );
}
