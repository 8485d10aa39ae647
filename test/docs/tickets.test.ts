import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../shared/config.ts';
import { requestFromTags } from '../../shared/deployment/vnet-tags.ts';
import { gatewayId, hub, nps01, type Stage, stage } from '../flows/stage/stage.ts';

/** The page as a reader sees it. The test cuts what it sends out of the page. */
const page = readFileSync(new URL('../../docs/tickets.md', import.meta.url), 'utf8');
const chapter = (title: string) => page.split(/^## /m).find((part) => part.startsWith(`${title}\n`))!;
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code!);

const secret = 'the secret of both webhooks';
/** A VNet that no other test of this file names: the test only checks that the ticket is taken. */
const network = (name: string) => hub.replace(/hub$/, name);
const jiraFields = blocks(chapter('Jira'), 'json')[0]!;

let story: Stage;
beforeAll(async () => {
  story = await stage({
    settings: {
      SERVICENOW_WEBHOOK_SECRET: 'webhooks',
      JIRA_WEBHOOK_SECRET: 'webhooks',
      JIRA_FIELDS: jiraFields,
      JIRA_WORKFLOW: blocks(chapter('Jira'), 'json').find((block) => block.includes('transitions'))!,
    },
    scenario: { secrets: [{ name: 'webhooks', value: secret }] },
  });
});

interface Request {
  endpoint: string;
  method: string;
  body: string | undefined;
  readonly headers: Record<string, string>;
}

/** Runs a Business Rule of the page as ServiceNow would. `answer` says what the app answers. */
function runs(
  rule: string,
  record: Record<string, string>,
  answer: (request: Request) => { status: number; body: unknown },
): Request[] {
  const sent: Request[] = [];
  class RESTMessageV2 {
    request: Request = { endpoint: '', method: '', body: undefined, headers: {} };
    setEndpoint = (endpoint: string) => Object.assign(this.request, { endpoint });
    setHttpMethod = (method: string) => Object.assign(this.request, { method });
    setRequestHeader = (name: string, value: string) =>
      Object.assign(this.request.headers, { [name]: value });
    setRequestBody = (body: string) => Object.assign(this.request, { body });
    execute = () => {
      sent.push(this.request);
      const { status, body } = answer(this.request);
      return { getStatusCode: () => status, getBody: () => JSON.stringify(body) };
    };
  }
  class GlideRecord {
    get = () => true;
    isValidField = () => true;
    setWorkflow = () => {};
    setValue = (name: string, value: string) => Object.assign(record, { [name]: value });
    update = () => {};
  }
  const variables = Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      name.startsWith('variables.') ? [[name.slice('variables.'.length), value]] : [],
    ),
  );
  const current = {
    variables,
    opened_by: { email: record.email },
    getValue: (name: string) => record[name] ?? null,
    operation: () => 'insert',
    getTableName: () => 'sc_req_item',
    getUniqueValue: () => record.sys_id,
  };
  const properties: Record<string, string> = {
    'vpn_radius.webhook_secret': secret,
    'vpn_radius.function_key': 'the function key',
  };
  runInContext(
    rule,
    createContext({
      current,
      previous: null,
      sn_ws: { RESTMessageV2 },
      gs: {
        getProperty: (name: string) => properties[name],
        getUser: () => ({ getEmail: () => 'jonas.brunner@example.com' }),
      },
      GlideRecord,
      GlideDateTime: class {
        getNumericValue = () => Date.now();
      },
      GlideStringUtil: { base64Encode: (text: string) => Buffer.from(text).toString('base64') },
      GlideCertificateEncryption: class {
        generateMac = (key: string, _: string, text: string) =>
          createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
      },
    }),
  );
  return sent;
}

async function delivered({ endpoint, method, headers, body }: Request) {
  const { pathname } = new URL(endpoint);
  const answer = await story.host.fetch(pathname, {
    method: method.toUpperCase(),
    headers,
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, body: (await answer.json()) as { id: string; error?: unknown } };
}

const post = (path: string, headers: Record<string, string>, body: string) =>
  delivered({ endpoint: `https://app.example/api/${path}`, method: 'POST', headers, body });

it('the ticket of a system that posts JSON is taken', async () => {
  const [ticket] = blocks(chapter('Callbacks'), 'json');
  const body = ticket!.replace(/"\/subscriptions\/…[^"]*"/, JSON.stringify(network('by-json')));
  expect(await post('tickets', { 'Content-Type': 'application/json' }, body)).toMatchObject({ status: 202 });
});

describe('ServiceNow', () => {
  const [asks, decides] = blocks(chapter('ServiceNow'), 'js') as [string, string];
  const record: Record<string, string> = {
    number: 'RITM0010001',
    sys_id: '6a9c1f0e2b7d4c55a1e0f3d29b84c761',
    sys_class_name: 'sc_req_item',
    opened_by: '46d44a23a9fe19810012d100cca80666',
    email: 'maria.keller@example.com',
    'variables.virtual_network_id': hub,
    'variables.address_pool': '172.16.201.0/24',
    'variables.protocols': 'IkeV2',
    'variables.nps_1_address': '10.0.1.4',
    'variables.nps_1_host': nps01,
    approval: 'approved',
  };

  it('the Business Rule that asks is taken, and only with its signature', async () => {
    const [request] = runs(asks, record, () => ({ status: 401, body: {} }));
    expect(request).toMatchObject({ headers: { 'x-functions-key': 'the function key' } });
    const forged = { ...request!, body: request!.body!.replace('172.16.201', '172.16.202') };
    expect((await delivered(forged)).status).toBe(401);
    const taken = await delivered(request!);
    expect(taken).toMatchObject({ status: 202 });
    expect((await story.deployment(taken.body.id)).ticket).toMatchObject({
      system: 'servicenow',
      id: 'RITM0010001',
      requestedBy: 'maria.keller@example.com',
    });
    await story.call('POST', `deployments/${taken.body.id}/cancel`);
    await story.ended(taken.body.id);
  });

  it('the Business Rule that decides approves the plan that waits, in the name of who approved', async () => {
    const id = await story.send({
      ...story.ticket({ approval: { required: true } }),
      ticket: { system: 'webhook', id: 'REQ-2' },
    });
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    const waiting = await story.deployment(id);
    const requests = runs(decides, { ...record, u_vpn_deployment: id }, ({ method }) => ({
      status: method === 'get' ? 200 : 202,
      body: waiting,
    }));
    expect(requests.map(({ method }) => method)).toEqual(['get', 'post']);
    expect((await delivered(requests[0]!)).body).toMatchObject({ id, status: 'AwaitingApproval' });
    expect(await delivered(requests[1]!)).toMatchObject({ status: 202 });
    const ended = await story.ended(id);
    expect(ended.stages.find(({ name }) => name === 'approval')?.detail).toBe(
      'Approved by jonas.brunner@example.com',
    );
    expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
  });

  it('the body of a Flow’s REST step is taken with the secret in its header', async () => {
    const sample = blocks(chapter('ServiceNow'), 'json').find((block) => block.includes('sc_req_item'))!;
    const body = sample
      .replace('/subscriptions/…', network('by-flow'))
      .replace('"sys_id": "…"', '"sys_id": "6a9c1f0e2b7d4c55a1e0f3d29b84c761"')
      .replace('"opened_by": "…"', '"opened_by": "46d44a23a9fe19810012d100cca80666"');
    expect(body).not.toContain('…');
    const headers = { 'Content-Type': 'application/json', 'X-VpnRadius-Token': secret };
    expect((await post('tickets/servicenow', {}, body)).status).toBe(401);
    expect(await post('tickets/servicenow', headers, body)).toMatchObject({ status: 202 });
  });

  it('the mapping of the page is a setting that the app takes', () => {
    const mapping = blocks(chapter('ServiceNow'), 'json').find((block) => block.includes('u_vnet'))!;
    const state = /`(\{"incident"[^`]*\})`/.exec(chapter('ServiceNow'))![1]!;
    const settings = readSettings({
      ...story.world.settings,
      SERVICENOW_FIELDS: mapping,
      SERVICENOW_STATES: state,
    });
    expect(settings.SERVICENOW_FIELDS).toMatchObject({ virtualNetworkId: 'u_vnet' });
    expect(settings.SERVICENOW_STATES.incident).toMatchObject({ Succeeded: { state: '6' } });
  });
});

describe('Jira', () => {
  const fieldOf = (name: string) => (JSON.parse(jiraFields) as Record<string, string>)[name]!;
  const issue = (key: string, name: string) => ({
    id: '10417',
    key,
    fields: {
      summary: 'VPN',
      reporter: { accountId: 'a:1', displayName: 'Maria Keller', emailAddress: 'maria.keller@example.com' },
      [fieldOf('virtualNetworkId')]: network(name),
      [fieldOf('gateway.sku')]: { value: 'VpnGw1AZ' },
      [fieldOf('radius.servers')]: JSON.stringify([{ address: '10.0.1.4', host: nps01 }]),
    },
  });

  it('Automation, with the headers that the page names and the issue alone as its body, is taken', async () => {
    const named = /\*\*Jira Automation\*\*[\s\S]*?\n\n/.exec(chapter('Jira'))![0];
    const headers = Object.fromEntries(
      [...named.matchAll(/`(x-functions-key|X-VpnRadius-Token|Content-Type: application\/json)`/g)].map(
        ([, header]) => {
          const [name, value] = header!.split(': ');
          return [name!, value ?? (name === 'X-VpnRadius-Token' ? secret : 'the function key')];
        },
      ),
    );
    expect(Object.keys(headers)).toHaveLength(3);
    const { 'X-VpnRadius-Token': _, ...unproved } = headers;
    const body = JSON.stringify(issue('NET-1', 'by-automation'));
    expect((await post('tickets/jira', unproved, body)).status).toBe(401);
    expect(await post('tickets/jira', headers, body)).toMatchObject({ status: 202 });
    const wrapped = JSON.stringify({ issue: issue('NET-2', 'by-service-management') });
    expect(await post('tickets/jira', headers, wrapped)).toMatchObject({ status: 202 });
  });

  it('a webhook of its own is taken with the signature that Jira makes', async () => {
    const event = {
      timestamp: Date.now(),
      webhookEvent: 'jira:issue_created',
      issue: issue('NET-3', 'by-webhook'),
    };
    const body = JSON.stringify(event);
    const mac = createHmac('sha256', secret).update(body).digest('hex');
    expect(await post('tickets/jira', { 'X-Hub-Signature': `sha256=${mac}` }, body)).toMatchObject({
      status: 202,
    });
  });
});

it('every tag of a VNet stands there, with a value that is followed', () => {
  const rows = [...chapter('Tags of a virtual network').matchAll(/^\| `([a-z-]+)` \| [^|]+ \| `([^`]+)`/gm)];
  const tags = Object.fromEntries(rows.map(([, tag, value]) => [tag!, value!]));
  const { request, problems } = requestFromTags(hub, tags, 'event-1');
  expect(problems).toEqual([]);
  expect(request).toMatchObject({
    gatewaySubnetPrefix: '10.0.255.0/27',
    gateway: { sku: 'VpnGw2AZ', activeActive: true },
    pointToSite: { addressPool: ['172.20.0.0/24', '172.20.1.0/24'], protocols: ['IkeV2', 'OpenVPN'] },
    approval: { required: true },
  });
  const [unknown] = requestFromTags(
    hub,
    { 'vpn-radius': 'enabled', 'vpn-radius-x': '1' },
    'event-1',
  ).problems;
  const known = [...unknown!.message.matchAll(/vpn-radius-[a-z-]+/g)].map(([tag]) => tag).slice(1);
  expect(Object.keys(tags).toSorted()).toEqual(['vpn-radius', ...known].toSorted());
});
