/** The result of one input: the answer in one word, and what is wrong with it. */
export interface Verdict {
  readonly answer: string;
  readonly fault?: string | undefined;
}
