import { describe, expect, it } from 'vitest';
import { whyNotByThem } from '../../../../functions/http/ticket-systems/four-eyes.ts';
import { request } from '../../../shared/hub.ts';

const maria = '712020:0f6f1b0a-52e5-4d5b-9a77-1c3a7d0e5f11';
const jonas = '712020:b3d2c1a0-7788-4f6e-8a9b-223344556677';
const moves = (by: string, ids: readonly string[], approved = true) => ({
  ticketId: 'NET-42',
  approved,
  by,
  ids,
});
const asked = (requestedBy: string | undefined, requesterIds: readonly string[] = []) => ({
  request: request({ ticket: { system: 'jira', id: 'NET-42', requestedBy } }),
  requesterIds,
});

describe('whoever moves an issue', () => {
  it.each([
    ['asked for it', moves('Maria Keller', [maria]), asked('Maria Keller', [maria])],
    ['asked for it under another name', moves('M. Keller', [maria]), asked('Somebody', [maria])],
    [
      'asked for it, and is found by mail alone',
      moves('Maria', ['MARIA@contoso.com']),
      asked('Maria Keller', [maria, 'maria@contoso.com']),
    ],
    ['rejects what they asked for', moves('Maria Keller', [maria], false), asked('Maria Keller', [maria])],
  ])('%s: refused, signed in or not', (_, approval, order) => {
    for (const mode of ['entra', 'key'] as const)
      expect(whyNotByThem(approval, order, mode)).toContain('somebody else must decide');
  });

  it('is somebody else of the same name: taken', () => {
    const order = asked('Maria Keller', [maria]);
    expect(whyNotByThem(moves('Maria Keller', [jonas]), order, 'entra')).toBeUndefined();
  });

  it.each([
    ['whom Jira does not name', moves('somebody in Jira', []), asked('Maria Keller', [maria])],
    ['of a request whose requester is a mere name', moves('Jonas', [jonas]), asked('Maria Keller')],
  ])('%s: refused where callers sign in, taken with a function key', (_, approval, order) => {
    expect(whyNotByThem(approval, order, 'entra')).toContain('cannot know');
    expect(whyNotByThem({ ...approval, approved: false }, order, 'entra')).toBeUndefined();
    expect(whyNotByThem(approval, order, 'key')).toBeUndefined();
  });

  it("has the requester's name and no account: refused where callers sign in", () => {
    expect(whyNotByThem(moves('Maria Keller', []), asked('Maria Keller'), 'entra')).toContain(
      'somebody else',
    );
  });

  it('is the requester by a mail address that the ticket names: refused, also a rejection', () => {
    for (const approved of [true, false]) {
      const approval = moves('Maria', [maria, 'MARIA@contoso.com'], approved);
      const why = whyNotByThem(approval, asked('maria@contoso.com'), 'entra');
      expect(why).toBe('Maria asked for this deployment; somebody else must decide on it.');
    }
  });

  it('is known, of a request that names no requester: taken', () => {
    expect(whyNotByThem(moves('Jonas', [jonas]), asked(undefined), 'entra')).toBeUndefined();
  });

  it('is not known, of a request that names no requester: refused, with what to do', () => {
    expect(whyNotByThem(moves('Jonas', []), asked(undefined), 'entra')).toBe(
      'Jonas moved NET-42. The app cannot know whether this person asked for this deployment, because Jira must name both by their accounts. The webhook of Jira itself does this; JIRA_FIELDS maps ticket.requestedBy to the field of a user.',
    );
  });
});
