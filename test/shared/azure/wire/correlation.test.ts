import { describe, expect, it } from 'vitest';
import type { Azure } from '../../../../shared/azure/wire/connection.ts';
import { withCorrelationIds } from '../../../../shared/azure/wire/correlation.ts';
import { group, recordedAzure } from '../recorded-azure.ts';

const url = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub?api-version=2025-01-01`;
/** Azure tells with every answer the id by which the activity log finds it, here the one that is asked for. */
const { azure } = recordedAzure(({ url: { searchParams } }) => ({
  status: 200,
  headers: { 'x-ms-correlation-request-id': searchParams.get('id') ?? '' },
  body: { id: 'x' },
}));
const ask = (one: Azure, method: 'GET' | 'HEAD' | 'PUT' | 'DELETE', id: string) =>
  one.arm({ method, url: `${url}&id=${encodeURIComponent(id)}` });

describe('the ids of what was written in Azure', () => {
  it('are those of the writes, each once, and not those of reads', async () => {
    const { result, correlationIds } = await withCorrelationIds(async () => {
      await ask(azure, 'GET', 'read');
      await ask(azure, 'HEAD', 'looked-at');
      await ask(azure, 'PUT', '9f1c-put');
      await ask(azure, 'DELETE', 'deleted');
      await ask(azure, 'PUT', '9f1c-put');
      return 'done';
    });
    expect(result).toBe('done');
    expect(correlationIds).toEqual(['9f1c-put', 'deleted']);
  });

  it.each(['', 'two words', 'a"quote', 'x'.repeat(65)])('hold no text that is no id: %j', async (id) => {
    expect((await withCorrelationIds(() => ask(azure, 'PUT', id))).correlationIds).toEqual([]);
  });

  it('may be 64 letters long', async () => {
    const id = 'x'.repeat(64);
    expect((await withCorrelationIds(() => ask(azure, 'PUT', id))).correlationIds).toEqual([id]);
  });

  it('are kept apart where two work side by side, and one that fails takes nothing from the other', async () => {
    const slow = withCorrelationIds(async () => {
      await ask(azure, 'PUT', 'first');
      await failing;
      return ask(azure, 'PUT', 'third');
    });
    const failing = withCorrelationIds(async () => {
      await ask(azure, 'PUT', 'second');
      throw new Error('it failed');
    }).catch(({ message }: Error) => message);
    expect(await failing).toBe('it failed');
    expect((await slow).correlationIds).toEqual(['first', 'third']);
  });

  it('are of no interest to a write that nobody asks about', async () => {
    expect((await ask(azure, 'PUT', 'alone')).status).toBe(200);
  });
});
