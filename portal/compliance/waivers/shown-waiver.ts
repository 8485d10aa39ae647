import type { RecordedWaiver, WaiverState } from '../../../shared/compliance/waivers/recorded-waiver.ts';
import type { Problem } from '../../../shared/core/errors.ts';

/** A waiver as the API shows it. */
export type ShownWaiver = RecordedWaiver & { readonly state: WaiverState };

export interface WaiverPage {
  readonly waivers: readonly ShownWaiver[];
  readonly continuation?: string;
  readonly problems?: readonly Problem[];
}
