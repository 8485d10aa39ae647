import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ownSample } from '../../flows/stage/payloads.ts';
import { refresh } from './browser.ts';
import { functionKey, markup, type PageWorld, signedIn } from './world.ts';

interface Person {
  displayName: string;
}
interface Webhook {
  readonly user: Person;
  readonly issue: { readonly key: string; readonly fields: Record<string, unknown> & { reporter: Person } };
}
interface Item {
  readonly opened_by: object;
  readonly variables: object;
}
const jira = ownSample<{ fields: object; created: Webhook; approved: Webhook }>('jira');
const servicenow = ownSample<Item>('servicenow');

/** What the world of these stories must know about Jira. */
export const jiraSettings = { JIRA_FIELDS: JSON.stringify(jira.fields) };

/** The name of a network policy in a request cannot hold a quotation mark. */
const unquoted = '<img src=x onerror=pwned=1>';

/** The issue as the sample has it, with markup in every text that people write in Jira. */
function byIllMeaning({ user, issue, ...event }: Webhook): Webhook {
  const { fields } = issue;
  const reporter = { ...fields.reporter, displayName: markup };
  return {
    ...event,
    user: { ...user, displayName: markup },
    issue: { ...issue, fields: { ...fields, summary: markup, description: markup, reporter } },
  };
}

/** What others have named and said: ticket systems in their webhooks, and NPS servers in their answers. */
export function foreignStories(world: () => PageWorld): void {
  async function sent(path: string, body: object): Promise<string> {
    const answer = await fetch(`${world().host.url}/api/${path}`, {
      method: 'POST',
      headers: { 'x-functions-key': functionKey },
      body: JSON.stringify(body),
    });
    const { id } = (await answer.json()) as { id: string };
    expect([answer.status, id]).toEqual([202, expect.stringMatching(/^vpn-/)]);
    return id;
  }
  const show = async (page: Page, path: string) => {
    await page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, world().address(path));
  };
  /** Markup became text when no script of it has run, and when the browser's policy had nothing to refuse. */
  const expectHarmless = async (page: Page, complaints: readonly string[]) => {
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await page.locator('main img[src=x], main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  };
  /** Somebody's policy is before ours, and denies everybody who meets it. */
  const denyFirst = () =>
    world()
      .nps('nps-01')
      .change((state) => {
        const [first] = state.networkPolicies;
        const policies = [{ ...first!, name: markup, grant: false }, ...state.networkPolicies];
        state.networkPolicies = policies.map((policy, index) => ({ ...policy, order: index + 1 }));
      });
  const tidy = () =>
    world()
      .nps('nps-01')
      .change((state) => {
        state.networkPolicies = state.networkPolicies.filter(({ name }) => name !== markup);
        state.radiusClients = state.radiusClients.filter(({ name }) => name !== markup);
      });

  it('makes text of what Jira and ServiceNow bring, and of the names that a plan has from an NPS server', async () => {
    const { page, complaints } = await signedIn(world());
    for (let count = 0; count < 42; count++) world().world.jira.create('NET', {});
    denyFirst();
    const id = await sent('tickets/jira', byIllMeaning(jira.created));
    await world().until(id, ({ status }) => status === 'AwaitingApproval');
    await refresh(page);
    const row = page.getByRole('row').filter({ hasText: 'NET-42' });
    await row.getByRole('cell', { name: markup }).waitFor();
    await show(page, `/deployments/${id}`);
    const server = page.locator('.nps-server').filter({ hasText: 'nps-01' });
    await server.getByText(`before '${markup}'`).waitFor();
    await page.getByText(/^On NPS it changes .* before '"><img src=x/).waitFor();
    expect(await sent('tickets/jira', byIllMeaning(jira.approved))).toBe(id);
    expect(await world().ended(id)).toMatchObject({ status: 'Succeeded', ticket: { requestedBy: markup } });
    await refresh(page);
    await page.getByText(`Approved by ${markup}: by transition of NET-42`).waitFor();
    await page.getByText(/^nps-01: networkPolicy .*before/).waitFor();

    world().world.serviceNow.create('sc_req_item', {});
    const { opened_by, variables } = servicenow;
    const refused = await sent('tickets/servicenow', {
      ...servicenow,
      short_description: markup,
      opened_by: { ...opened_by, display_value: markup },
      variables: { ...variables, network_policy: unquoted },
    });
    expect(await world().ended(refused)).toMatchObject({
      status: 'Failed',
      ticket: { requestedBy: markup },
    });
    await show(page, `/deployments/${refused}`);
    await page.getByRole('alert').getByText(`the network policy "${unquoted}"`).first().waitFor();
    await expectHarmless(page, complaints);
    tidy();
    await page.context().close();
  });

  it('makes text of the names and of the errors that NPS servers tell, in a failure and in the report', async () => {
    const nps = world().nps('nps-01');
    const { run } = nps;
    Object.assign(nps, { run: async () => ({ exitCode: 1, output: '', error: markup }) });
    const id = await world().send(world().ticket({ gateway: { sku: 'VpnGw2AZ' } }));
    expect(await world().ended(id)).toMatchObject({ status: 'Failed' });
    const { page, complaints } = await signedIn(world(), `/deployments/${id}`);
    await page.getByRole('alert').getByText(`Exit code 1: ${markup}`).first().waitFor();
    await page.locator('[data-stage=plan]').getByText(`Exit code 1: ${markup}`).waitFor();

    await show(page, '/compliance');
    const check = async () => {
      await page.getByRole('button', { name: 'Check now' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Check' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await world().host.runFor(60);
      await refresh(page);
      await page.getByText('The check has ended').waitFor();
    };
    await check();
    const unchecked = page.getByRole('region', { name: 'What was not checked' });
    await unchecked.getByText(`Exit code 1: ${markup}`).first().waitFor();
    await page
      .getByText(`not checked: The run command on the NPS server gave no result. Exit code 1: ${markup}`)
      .first()
      .waitFor({ state: 'attached' });

    Object.assign(nps, { run });
    denyFirst();
    nps.change(({ radiusClients }) => {
      radiusClients.push({ ...radiusClients[0]!, name: markup, address: '10.0.255.5', secret: 'another' });
    });
    await check();
    const findings = page.locator('.finding');
    await findings.getByText(`The network policy '${markup}' comes first`).waitFor();
    await findings.getByText(`NPS takes '${markup}' (10.0.255.5) before`).waitFor();
    await page.locator('.first-refusal').getByText(markup).first().waitFor();
    await expectHarmless(page, complaints);
    tidy();
    await page.context().close();
  });
}
