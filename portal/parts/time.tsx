import { instantText, utcText } from './times.ts';

/** A time in the reader's zone. Hovering shows UTC, as in logs. */
export function Time({
  at,
  plain = 'not yet',
}: {
  readonly at: string | null | undefined;
  readonly plain?: string;
}) {
  if (!at) return <span class="dim">{plain}</span>;
  return (
    <time dateTime={at} title={utcText(at)}>
      {instantText(at)}
    </time>
  );
}
