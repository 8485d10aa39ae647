/** A ticket about a finding. `id` stands for the finding: the same one is never ticketed twice at a time. */
export interface FindingTicket {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** A resource id. */
  readonly target: string;
  readonly rule: string;
}
