import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { NpsServerState } from '../../../../simulator/nps/state.ts';
import { askWithRadclient, eapolTest, radclient, runProgram } from './outside-clients.ts';
import { closeAll, configured, first, listen, secret } from './radius-world.ts';

afterAll(closeAll);

const vendor = 'MS-RAS-Vendor = 311';
const signed = 'Message-Authenticator = 0x00';
const pap = (password = 'clientPass', user = 'User') => [
  `User-Name = "${user}"`,
  `User-Password = "${password}"`,
];
const policyOf = (state: NpsServerState) => first(state.networkPolicies);
const userOf = (state: NpsServerState) => first(state.users);

interface Answered {
  readonly title: string;
  readonly given?: (state: NpsServerState) => void;
  readonly request?: readonly string[];
  readonly answer: 'Access-Accept' | 'Access-Reject' | 'Access-Challenge';
  /** The event and the reason code that NPS records. */
  readonly recorded?: readonly [6272 | 6273, number];
  readonly prompts?: number;
}

const answered: Answered[] = [
  {
    title: 'a user with a domain in front',
    request: [...pap('clientPass', 'CONTOSO\\\\User'), vendor],
    answer: 'Access-Accept',
    recorded: [6272, 0],
    prompts: 1,
  },
  {
    title: 'a user with a UPN suffix of the forest',
    request: [...pap('clientPass', 'user@contoso.com'), vendor],
    answer: 'Access-Accept',
    recorded: [6272, 0],
    prompts: 1,
  },
  {
    title: 'a user with a suffix that the forest does not have',
    request: [...pap('clientPass', 'user@contoso.example'), vendor],
    answer: 'Access-Reject',
    recorded: [6273, 8],
  },
  {
    title: 'Proxy-State, unsigned, where that is not limited',
    request: [...pap(), vendor, 'Proxy-State = 0x0102'],
    answer: 'Access-Accept',
    recorded: [6272, 0],
    prompts: 1,
  },
  { title: 'approval lets the user in', answer: 'Access-Accept', recorded: [6272, 0], prompts: 1 },
  {
    title: 'a denied push does not',
    given: (s) => {
      userOf(s).mfa = 'deny';
    },
    answer: 'Access-Reject',
    recorded: [6273, 21],
    prompts: 1,
  },
  {
    title: 'a push that nobody answers does not',
    given: (s) => {
      userOf(s).mfa = 'no answer';
    },
    answer: 'Access-Reject',
    recorded: [6273, 21],
    prompts: 1,
  },
  {
    title: 'a wrong password',
    request: [...pap('wrong'), vendor],
    answer: 'Access-Reject',
    recorded: [6273, 16],
  },
  {
    title: 'an unknown user',
    request: [...pap('clientPass', 'eve'), vendor],
    answer: 'Access-Reject',
    recorded: [6273, 8],
  },
  {
    title: 'a policy that denies',
    given: (s) => {
      policyOf(s).grant = false;
    },
    answer: 'Access-Reject',
    recorded: [6273, 65],
  },
  {
    title: 'an account that is denied',
    given: (s) => {
      userOf(s).dialIn = 'deny';
    },
    answer: 'Access-Reject',
    recorded: [6273, 65],
  },
  {
    title: 'an account that is allowed by itself',
    given: (s) => {
      policyOf(s).grant = false;
      userOf(s).dialIn = 'allow';
    },
    answer: 'Access-Accept',
    recorded: [6272, 0],
    prompts: 1,
  },
  {
    title: 'a policy without PAP',
    given: (s) => {
      policyOf(s).authenticationMethods = ['EAP', 'EAP-MSCHAPv2'];
    },
    answer: 'Access-Reject',
    recorded: [6273, 66],
  },
  {
    title: 'a request without the vendor of the policy',
    request: pap(),
    answer: 'Access-Reject',
    recorded: [6273, 65],
  },
  {
    title: 'no policy that matches',
    given: (s) => {
      s.networkPolicies.pop();
    },
    request: pap(),
    answer: 'Access-Reject',
    recorded: [6273, 48],
  },
  {
    title: 'a disabled policy',
    given: (s) => {
      policyOf(s).enabled = false;
      s.networkPolicies.pop();
    },
    answer: 'Access-Reject',
    recorded: [6273, 48],
  },
  {
    title: 'a user without an MFA method',
    given: (s) => {
      userOf(s).mfa = 'unregistered';
    },
    answer: 'Access-Reject',
    recorded: [6273, 21],
  },
  {
    title: 'the same with REQUIRE_USER_MATCH off: a password is enough',
    given: (s) => {
      userOf(s).mfa = 'unregistered';
      s.mfa.requireUserMatch = false;
    },
    answer: 'Access-Accept',
    recorded: [6272, 0],
  },
  {
    title: 'an extension that is not loaded: a password is enough',
    given: (s) => {
      s.mfa.loaded = false;
    },
    answer: 'Access-Accept',
    recorded: [6272, 0],
  },
  {
    title: 'a whitelisted NAS: a password is enough',
    given: (s) => {
      s.mfa.ipWhitelist = '10.0.0.9;10.0.255.4';
    },
    request: [...pap(), vendor, 'NAS-IP-Address = 10.0.255.4'],
    answer: 'Access-Accept',
    recorded: [6272, 0],
  },
  {
    title: 'an extension without its certificate',
    given: (s) => {
      s.mfa.certificate = null;
    },
    answer: 'Access-Reject',
    recorded: [6273, 21],
  },
  {
    title: 'an MFA service that cannot be reached',
    given: (s) => {
      s.mfa.unreachableEndpoints = ['login.microsoftonline.com'];
    },
    answer: 'Access-Reject',
    recorded: [6273, 21],
  },
  {
    title: 'a user with an authenticator code, before Set',
    given: (s) => {
      userOf(s).totpRegistered = true;
      s.mfa.overrideNumberMatching = null;
    },
    answer: 'Access-Challenge',
  },
  {
    title: 'the same user after Set',
    given: (s) => {
      userOf(s).totpRegistered = true;
    },
    answer: 'Access-Accept',
    recorded: [6272, 0],
    prompts: 1,
  },
  {
    title: 'a signed request where signatures are required',
    given: (s) => {
      s.blastRadius.requireMessageAuthenticator = true;
    },
    request: [...pap(), vendor, signed],
    answer: 'Access-Accept',
    recorded: [6272, 0],
    prompts: 1,
  },
  {
    title: 'Proxy-State, signed',
    given: (s) => {
      s.blastRadius.limitProxyState = true;
    },
    request: [...pap(), vendor, 'Proxy-State = 0x0102', signed],
    answer: 'Access-Accept',
    recorded: [6272, 0],
    prompts: 1,
  },
  {
    title: 'nothing recorded where auditing is off',
    given: (s) => {
      s.audit = { success: false, failure: false };
    },
    answer: 'Access-Accept',
    prompts: 1,
  },
];

interface Dropped {
  readonly title: string;
  readonly given?: (state: NpsServerState) => void;
  readonly from?: string;
  readonly secret?: string;
  readonly request?: readonly string[];
  readonly recorded?: number;
}

const dropped: Dropped[] = [
  { title: 'an address that is no RADIUS client', from: '10.0.255.32', recorded: 13 },
  {
    title: 'a disabled client',
    given: (s) => {
      first(s.radiusClients).enabled = false;
    },
    recorded: 13,
  },
  { title: 'another secret, signed', secret: 'other', request: [...pap(), vendor, signed], recorded: 14 },
  {
    title: 'no signature where the client must sign',
    given: (s) => {
      first(s.radiusClients).authAttributeRequired = true;
    },
    recorded: 17,
  },
  {
    title: 'no signature where all must sign',
    given: (s) => {
      s.blastRadius.requireMessageAuthenticator = true;
    },
    recorded: 17,
  },
  {
    title: 'Proxy-State without a signature',
    given: (s) => {
      s.blastRadius.limitProxyState = true;
    },
    request: [...pap(), vendor, 'Proxy-State = 0x01'],
    recorded: 4418,
  },
  {
    title: 'the service stopped',
    given: (s) => {
      s.serviceRunning = false;
    },
  },
  {
    title: 'the firewall closed',
    given: (s) => {
      s.firewallOpen = false;
    },
  },
  {
    title: 'Server 2019 with a restricted service SID',
    given: (s) => {
      s.os = 'Windows Server 2019';
      s.sidTypeUnrestricted = false;
    },
  },
  { title: 'no password of any kind', request: ['User-Name = "User"'] },
];

describe.skipIf(!radclient)(
  'radclient asks the simulated NPS (skipped without the command radclient)',
  () => {
    it.each(answered)(
      '$title: $answer',
      async ({ given, request = [...pap(), vendor], answer, recorded, prompts = 0 }) => {
        const world = await listen(configured(given));
        const { output } = await askWithRadclient(world.radius.port, secret, request);
        expect(output).toContain(`Received ${answer}`);
        expect(world.radius.events.map(({ id, reason }) => [id, reason])).toEqual(recorded ? [recorded] : []);
        expect(world.prompts).toHaveLength(prompts);
      },
    );

    it.concurrent.each(dropped)(
      'no answer: $title',
      async ({ given, from, request = [...pap(), vendor], ...wish }) => {
        const world = await listen(configured(given), from === undefined ? {} : { from });
        const { output } = await askWithRadclient(world.radius.port, wish.secret ?? secret, request, 0.4);
        expect(output).toContain('No reply from server');
        expect(world.radius.events.map(({ id }) => id)).toEqual(wish.recorded ? [wish.recorded] : []);
        expect(world.prompts).toEqual([]);
      },
    );

    it('another secret, unsigned: the password is garbage, and the refusal cannot be verified', async () => {
      const { radius } = await listen();
      const { output } = await askWithRadclient(radius.port, 'other', [...pap(), vendor], 0.4);
      expect(output).toMatch(/authenticator/i);
      expect(output).not.toContain('Received Access-Reject');
      expect(radius.events).toMatchObject([{ id: 6273, reason: 16 }]);
    });

    it('the narrowest client decides which secret counts', async () => {
      const { radius } = await listen(
        configured((state) => {
          state.radiusClients.push({
            ...first(state.radiusClients),
            name: 'all',
            address: '10.0.0.0/8',
            secret: 'wide',
          });
          state.radiusClients.push({
            ...first(state.radiusClients),
            name: 'a host',
            address: 'nps',
          });
        }),
      );
      expect((await askWithRadclient(radius.port, secret, [...pap(), vendor, signed])).exitCode).toBe(0);
    });

    it('MS-CHAPv2, with the example of RFC 2759: proof and session keys come back', async () => {
      const { radius } = await listen();
      const response = '8230 9ECD 8D70 8B5E A08F AA39 81CD 8354 4233 114A 3D85 D6DF'.replaceAll(' ', '');
      const { output } = await askWithRadclient(radius.port, secret, [
        'User-Name = "User"',
        vendor,
        'MS-CHAP-Challenge = 0x5B5D7C7D7B3F2F3E3C2C602132262628',
        `MS-CHAP2-Response = 0x01002140232425 5E262A28295F2B3A337C7E${'00'.repeat(8)}${response}`.replace(
          '25 5E',
          '255E',
        ),
      ]);
      const proof = Buffer.from('S=407A5589115FD0D6209F510FE9C04566932CDA56').toString('hex');
      expect(output).toContain(`MS-CHAP2-Success = 0x01${proof}`);
      expect(output).toContain('MS-MPPE-Send-Key = 0x8b7cdc149b993a1ba118cb153f56dccb');
      expect(radius.events).toMatchObject([{ id: 6272, user: 'User' }]);
    });

    it('MS-CHAPv2 with a wrong password', async () => {
      const { radius } = await listen(
        configured((state) => {
          userOf(state).password = 'another';
        }),
      );
      const { output } = await askWithRadclient(radius.port, secret, [
        'User-Name = "User"',
        vendor,
        'MS-CHAP-Challenge = 0x5B5D7C7D7B3F2F3E3C2C602132262628',
        `MS-CHAP2-Response = 0x${'00'.repeat(50)}`,
      ]);
      expect(output).toMatch(/Received Access-Reject[\s\S]*MS-CHAP-Error = "\\000E=691/);
      expect(radius.events).toMatchObject([{ id: 6273, reason: 16 }]);
    });

    it('takes the accounting of a session, which the Class of its Access-Accept ties to the sign-in', async () => {
      const { radius } = await listen();
      const { output } = await askWithRadclient(radius.port, secret, [...pap(), vendor, signed]);
      const [, held] = /Class = 0x([0-9a-f]+)/.exec(output) ?? [];
      const report = (status: string) => [
        'User-Name = "User"',
        'Acct-Session-Id = "s-1"',
        `Acct-Status-Type = ${status}`,
        `Class = 0x${held}`,
      ];
      for (const status of ['Start', 'Stop']) {
        const told = await askWithRadclient(radius.accountingPort, secret, report(status), 5, 'acct');
        expect(told.output).toContain('Received Accounting-Response');
      }
      const about = { client: 'vpngw-hub', user: 'User', session: 's-1', class: held };
      expect(radius.accounting).toMatchObject([
        { ...about, status: 'Start' },
        { ...about, status: 'Stop' },
      ]);
      const wrong = await askWithRadclient(radius.accountingPort, 'other', report('Stop'), 0.4, 'acct');
      expect(wrong.output).toContain('No reply from server');
      expect(radius.events.at(-1)).toMatchObject({ id: 14 });
      expect(radius.accounting).toHaveLength(2);
    });

    it('takes the narrowest RADIUS client that an address belongs to', async () => {
      const state = configured();
      const byHand = { name: 'by-hand', address: '10.0.255.4', secret: 'Another-Secret-1' };
      state.radiusClients.push({ ...first(state.radiusClients), ...byHand });
      const { radius } = await listen(state);
      const asked = (held: string) => askWithRadclient(radius.port, held, [...pap(), vendor, signed], 0.6);
      expect((await asked(secret)).output).toContain('No reply from server');
      expect(radius.events.at(-1)).toMatchObject({ id: 14 });
      expect((await asked('Another-Secret-1')).output).toContain('Received Access-Accept');
    });

    it('gives Proxy-State back as it came', async () => {
      const { radius } = await listen();
      const states = ['Proxy-State = 0x0102', 'Proxy-State = 0x03'];
      const { output } = await askWithRadclient(radius.port, secret, [...pap(), vendor, ...states, signed]);
      expect(output).toMatch(/Received Access-Accept[\s\S]*Proxy-State = 0x0102[\s\S]*Proxy-State = 0x03/);
    });

    it('a secret replaced on the server counts from then on', async () => {
      const { radius, nps } = await listen();
      nps.change((state) => {
        first(state.radiusClients).secret = 'rotated';
      });
      const request = [...pap(), vendor, signed];
      expect((await askWithRadclient(radius.port, secret, request, 0.4)).output).toContain('No reply');
      expect((await askWithRadclient(radius.port, 'rotated', request)).exitCode).toBe(0);
    });
  },
);

interface RefusedByEap {
  readonly title: string;
  readonly given?: (state: NpsServerState) => void;
  readonly password?: string;
  readonly reason: number;
  readonly prompts: number;
  /** Whether NPS asked for the password at all. */
  readonly challenged: boolean;
}

const refusedByEap: RefusedByEap[] = [
  {
    title: 'a denied push',
    given: (s) => {
      userOf(s).mfa = 'deny';
    },
    reason: 21,
    prompts: 1,
    challenged: true,
  },
  { title: 'a wrong password, without a push', password: 'wrong', reason: 16, prompts: 0, challenged: true },
  {
    title: 'an unknown user',
    given: (s) => {
      s.users = [];
    },
    reason: 8,
    prompts: 0,
    challenged: false,
  },
  {
    title: 'a policy without EAP',
    given: (s) => {
      policyOf(s).authenticationMethods = ['PAP'];
    },
    reason: 66,
    prompts: 0,
    challenged: false,
  },
  {
    title: 'a policy with EAP for certificates only',
    given: (s) => {
      policyOf(s).authenticationMethods = ['EAP', 'EAP-TLS'];
    },
    reason: 66,
    prompts: 0,
    challenged: false,
  },
  {
    title: 'a policy that denies',
    given: (s) => {
      policyOf(s).grant = false;
    },
    reason: 65,
    prompts: 0,
    challenged: false,
  },
  {
    title: 'codes asked for, which EAP cannot carry',
    given: (s) => {
      userOf(s).totpRegistered = true;
      s.mfa.overrideNumberMatching = null;
    },
    reason: 21,
    prompts: 0,
    challenged: true,
  },
];

/** EAP-MSCHAPv2 as wpa_supplicant does it. The last word of its output is SUCCESS or FAILURE. */
async function eapol(port: number, password: string, method = 'MSCHAPV2') {
  const folder = mkdtempSync(join(tmpdir(), 'eapol-'));
  try {
    const file = join(folder, 'network.conf');
    const network = ['key_mgmt=IEEE8021X', `eap=${method}`, 'identity="User"', `password="${password}"`];
    writeFileSync(file, `network={\n${network.join('\n')}\n}\n`);
    const attributes = ['-N', '26:x:00000137090600000137'];
    const args = ['-c', file, '-a', '127.0.0.1', '-p', `${port}`, '-s', secret, '-t', '5', ...attributes];
    return await runProgram(eapolTest ?? '', args);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!eapolTest)(
  'eapol_test asks the simulated NPS (skipped without the command eapol_test)',
  () => {
    it('gets in once the push is approved, with session keys that both sides derive', async () => {
      const { radius, prompts } = await listen();
      const { output, exitCode } = await eapol(radius.port, 'clientPass');
      expect(output).toContain('MPPE keys OK: 1  mismatch: 0');
      expect([exitCode, output.trimEnd().split('\n').at(-1)]).toEqual([0, 'SUCCESS']);
      expect(radius.events).toMatchObject([
        { id: 6272, user: 'User', policy: expect.stringContaining('Routing') },
      ]);
      expect(prompts).toEqual(['User']);
    });

    it.each(refusedByEap)('is refused: $title', async ({ given, password = 'clientPass', ...expected }) => {
      const world = await listen(configured(given));
      const { output } = await eapol(world.radius.port, password);
      expect(output.trimEnd().split('\n').at(-1)).toBe('FAILURE');
      expect(world.radius.events).toMatchObject([{ id: 6273, reason: expected.reason }]);
      expect(world.prompts).toHaveLength(expected.prompts);
      expect(output.includes('Access-Challenge')).toBe(expected.challenged);
    });

    it('is refused when it wants another EAP method', async () => {
      const { radius } = await listen();
      expect((await eapol(radius.port, 'clientPass', 'MD5')).exitCode).not.toBe(0);
      expect(radius.events).toMatchObject([{ id: 6273, reason: 22 }]);
    });
  },
);
