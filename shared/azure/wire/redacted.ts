/**
 * A text from Azure without what must not be told: the query of every URL (operation URLs and SAS URLs are signed there),
 * and the secrets given, in whichever way they may be written.
 */
export function redacted(text: string, secrets: readonly string[] = []): string {
  const written = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ])
    .toSorted((one, other) => other.length - one.length);
  const open = written.reduce((told, form) => told.replaceAll(form, '[secret]'), text);
  return open.replace(/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, '$1?[redacted]');
}
