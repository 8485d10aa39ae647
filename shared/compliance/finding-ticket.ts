/** A ticket about a finding. `id` is the id of the finding: there is never more than one open ticket for it. */
export interface FindingTicket {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** A resource id. */
  readonly target: string;
  readonly rule: string;
}
