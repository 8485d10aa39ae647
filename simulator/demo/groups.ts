import { hubNetworkId } from '../azure/default-world.ts';
import { signIn } from '../rehearsal/sign-in.ts';
import type { Story } from './story.ts';

/**
 * Users of finance get addresses from one pool, and all other users from another. Then the group finance is removed.
 */
export async function groups(story: Story) {
  const { say, sent, ended, agreed, deployed, world } = story;
  const { gatewayId = '', gatewaySubnet = '' } = (await deployed()).result ?? {};
  const signsIn = async (user: string, who: string) => {
    const from = gatewaySubnet.replace(/\d+\/\d+$/, (last) => String(Number.parseInt(last, 10) + 4));
    const { outcome, group, addressPool = [] } = await signIn(story, { gateway: gatewayId, from, user });
    const of = group ? `, in the group ${group}: an address of ${addressPool.join(', ')}` : '';
    story.narration.say(`Sign-in of ${user}, ${who}: ${outcome}${of}`, { login: user, outcome, group });
    return group;
  };
  const asksFor = (id: string, some: readonly object[]) =>
    sent('tickets', {
      ticket: { system: 'webhook', id, callbackUrl: `${world.origin}/hooks/${id}` },
      virtualNetworkId: hubNetworkId,
      pointToSite: { groups: some },
    });
  const finance = {
    name: 'finance',
    windowsGroup: 'CONTOSO\\VPN Finance',
    addressPool: ['172.16.202.0/24'],
  };
  const everybody = { name: 'everybody', default: true, addressPool: ['172.16.203.0/24'] };
  say('');
  say('Ticket REQ0018000 asks for two user groups: finance, and everybody else.');
  const first = await ended(await asksFor('REQ0018000', [finance, everybody]));
  for (const done of first.result?.changes ?? []) say(`  done      ${done}`);
  for (const { name, sends } of world.npsServers.get('nps-01')!.state().networkPolicies)
    if (sends) say(`nps-01 sends ${sends} to every user who matches its policy ${name}`);
  const [dora, anna] = [await signsIn('dora', 'of finance'), await signsIn('anna', 'of no group')];
  say('');
  say('Ticket REQ0018001 leaves finance out.');
  const id = await asksFor('REQ0018001', [everybody]);
  await agreed(id, ({ takesAway }) => {
    for (const { message } of takesAway) say(`Removes: ${message}`);
  });
  const second = await ended(id);
  for (const done of second.result?.changes ?? []) say(`  done      ${done}`);
  const later = await signsIn('dora', 'of finance');
  return { outcome: second.status, groups: { dora, anna, later } };
}
