/**
 * A line of the log that queries can find: what happened, what it is about, and the rest as JSON. Alerts and the
 * workbook in `infra/`, and the queries of `docs/operate.md`, begin with the first two; `parse_json` reads the third.
 * `subject` is a resource id or another name without spaces.
 */
export function logLine(what: `VpnRadius.${string}`, subject: string, details: Details): string {
  return `${what} ${subject.replaceAll(/\s/g, '')} ${JSON.stringify(details)}`;
}

/**
 * `instance` is the orchestration, `ticket` is `<system>/<id>`. The fields never hold a secret or the text of a foreign
 * error.
 */
export type Details = Readonly<Record<string, unknown>> & {
  readonly instance?: string | undefined;
  readonly ticket?: string | undefined;
};

export const ticketName = ({ system, id }: { readonly system: string; readonly id: string }) =>
  `${system}/${id}`;
