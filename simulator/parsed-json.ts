/** The value of a text in JSON. Any other text gives `otherwise`. */
export function parsedJson(text: string | null | undefined, otherwise?: unknown): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return otherwise;
  }
}

/** A text that is not JSON stays as it is. */
export const jsonOrText = (text: string | null | undefined): unknown => parsedJson(text, text);

export const isJson = (text: string): boolean => parsedJson(text) !== undefined;
