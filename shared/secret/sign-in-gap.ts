/**
 * The time in which the NPS server and the gateway held different secrets, so that nobody could sign in. ISO 8601 in
 * UTC.
 */
export interface SignInGap {
  /** The end of the run that gave the NPS server another secret. */
  readonly from: string;
  /** When both sides were seen to have the same secret again. */
  readonly to: string;
  readonly seconds: number;
  /** Counted from the beginning of that run: NPS took the secret at some time during the run. */
  readonly atMostSeconds: number;
}

/** `atMost`: when the run began. */
export const gapBetween = (from: string, atMost: string, to: string): SignInGap => ({
  from,
  to,
  seconds: secondsTo(to, from),
  atMostSeconds: secondsTo(to, atMost),
});

const secondsTo = (to: string, from: string) =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));

export const gapInWords = ({ seconds, atMostSeconds, from, to }: SignInGap) =>
  `Nobody could sign in for ${lasting(seconds)}, from ${from} to ${to} (at most ${lasting(atMostSeconds)}, counted from the moment when the NPS server began to use the secret)`;

const lasting = (seconds: number) =>
  seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 6) / 10} minutes`;
