/**
 * A text of Azure, NPS or a ticket system without its secret parts: the query of every URL (operation URLs and SAS URLs
 * have their signature there), and the given secrets in every form in which they may be written.
 */
export const redacted = (text: string, secrets: readonly string[] = []): string => redactor(secrets)(text);

/** The same value with every text in it redacted. Names of fields stay. */
export function redactedIn<T>(value: T, secrets: readonly string[]): T {
  const told = redactor(secrets);
  const within = (item: unknown): unknown => {
    if (typeof item === 'string') return told(item);
    if (Array.isArray(item)) return item.map(within);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([name, one]) => [name, within(one)]));
  };
  return within(value) as T;
}

/** An answer of NPS has hundreds of texts, so the forms of the secrets are found once for all of them. */
function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== '').flatMap(writtenForms);
  const longestFirst = [...new Set(forms)].toSorted((one, other) => other.length - one.length);
  const shortest = longestFirst.at(-1)?.length ?? 0;
  return (text) =>
    withoutQueries(
      text.length < shortest
        ? text
        : longestFirst.reduce((told, form) => told.replaceAll(form, '[secret]'), text),
    );
}

/** As JSON, JSON of Windows PowerShell, XML, a URL, quoted for PowerShell, or base64 of either encoding. */
function writtenForms(secret: string): string[] {
  const escaped = (pattern: RegExp, how: (code: number) => string) =>
    secret.replaceAll(pattern, (char) => how(char.charCodeAt(0)));
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    // ConvertTo-Json of Windows PowerShell 5.1 escapes these four characters.
    JSON.stringify(escaped(/[&'<>]/g, (code) => `\u0001${hex(code, 4)}`))
      .slice(1, -1)
      .replaceAll('\\u0001', '\\u'),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    secret.replaceAll("'", "''"),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    Buffer.from(secret, 'utf8').toString('base64'),
    Buffer.from(secret, 'utf8').toString('base64url'),
    Buffer.from(secret, 'utf16le').toString('base64'),
  ];
}

/** The members of a text that are used, so that a test can count the reads. */
type Text = Pick<string, 'length' | 'charCodeAt' | 'slice'>;

/**
 * Cuts the query off every http(s) URL. It reads the text once, from the beginning to the end. A regular expression
 * starts again at every `http://` of a long text without a question mark, which takes minutes for a megabyte.
 */
export function withoutQueries(text: Text): string {
  let told = '';
  let kept = 0;
  let at = 0;
  while (at < text.length) {
    const scheme = schemeAt(text, at);
    at += scheme || 1;
    if (scheme === 0) continue;
    let query = -1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (endsUrl(code)) break;
      if (query === -1 && code === 0x3f) query = at;
    }
    if (query === -1) continue;
    told += `${text.slice(kept, query)}?[redacted]`;
    kept = at;
  }
  return told + text.slice(kept, text.length);
}

/** The length of `http://` or `https://` when it begins there, otherwise 0. */
function schemeAt(text: Text, at: number): number {
  const reads = (word: string, from: number) =>
    [...word].every(
      (letter, index) => (text.charCodeAt(from + index) | 0x20) === (letter.charCodeAt(0) | 0x20),
    );
  if (!reads('http', at)) return 0;
  const secure = reads('s', at + 4) ? 1 : 0;
  return reads('://', at + 4 + secure) ? 7 + secure : 0;
}

/** White space, quotes, and the brackets that texts put around a URL. */
function endsUrl(code: number): boolean {
  return (
    code <= 0x20 || code === 0x22 || code === 0x27 || code === 0x3c || code === 0x3e || isWideSpace(code)
  );
}

const isWideSpace = (code: number) => code >= 0x80 && /\s/.test(String.fromCharCode(code));
