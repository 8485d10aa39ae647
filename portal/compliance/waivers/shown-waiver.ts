import type { RecordedWaiver, WaiverState } from '../../../shared/compliance/waivers/recorded-waiver.ts';

/** A waiver as the API shows it. */
export type ShownWaiver = RecordedWaiver & { readonly state: WaiverState };

export interface WaiverPage {
  readonly waivers: readonly ShownWaiver[];
  readonly continuation?: string;
}
