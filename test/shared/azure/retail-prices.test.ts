import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { retailPrices } from '../../../shared/azure/retail-prices.ts';
import { retailPrices as simulated } from '../../../simulator/azure/wire/retail-prices.ts';

let close = async () => {};
afterEach(() => close());

async function list(answer: (url: string) => { status: number; body: string }) {
  const server = createServer((request, response) => {
    const { status, body } = answer(`http://localhost${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => new Promise((resolve) => server.close(() => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('what a gateway costs a month', () => {
  it('is 730 times the price of its hour', async () => {
    const endpoint = await list((url) => simulated({ method: 'GET', url, headers: {}, body: undefined }));
    expect(await retailPrices(endpoint).gatewayMonth('West Europe', 'vpngw2az')).toBeUndefined();
    expect(await retailPrices(endpoint).gatewayMonth('West Europe', 'VpnGw2AZ')).toBe(730);
  });

  it.each([
    ['the list is out of order', 500, '{}'],
    ['it answers something else', 200, '<html>'],
    [
      'it has no price by the hour',
      200,
      '{"Items":[{"retailPrice":9,"unitOfMeasure":"1 Month","skuName":"VpnGw1AZ","type":"Consumption"}]}',
    ],
    [
      'it has reservations alone',
      200,
      '{"Items":[{"retailPrice":9,"unitOfMeasure":"1 Hour","skuName":"VpnGw1AZ","type":"Reservation"}]}',
    ],
  ])('is not said when %s', async (_, status, body) => {
    const endpoint = await list(() => ({ status, body }));
    expect(await retailPrices(endpoint).gatewayMonth('westeurope', 'VpnGw1AZ')).toBeUndefined();
  });

  it('is asked for again when one answer cannot be read', async () => {
    const answers = ['<html>'];
    const endpoint = await list((url) => {
      const body = answers.shift();
      return body ? { status: 200, body } : simulated({ method: 'GET', url, headers: {}, body: undefined });
    });
    expect(await retailPrices(endpoint).gatewayMonth('westeurope', 'VpnGw2AZ')).toBe(730);
  });

  it('is not said when the list cannot be reached', async () => {
    expect(await retailPrices('http://127.0.0.1:9').gatewayMonth('westeurope', 'VpnGw1AZ')).toBeUndefined();
  });
});
