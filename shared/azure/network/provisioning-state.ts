import type { ProvisioningState } from '../../gateway/model.ts';

const known: readonly string[] = ['Succeeded', 'Failed', 'Canceled', 'Updating', 'Deleting', 'Creating'];

/**
 * Every state other than the three terminal ones means that work goes on (Resource Manager, "asynchronous
 * operations").
 */
export function provisioningState(state: string | undefined): ProvisioningState {
  return (known.find((one) => one === state) ?? 'Updating') as ProvisioningState;
}
