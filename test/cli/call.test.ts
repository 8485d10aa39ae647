import { spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { jsonLine, readable } from '../../cli/telling/terminal.ts';
import { ran } from './terminal.ts';

const key = 'a-function-key';
const id = 'vpn-20300101t081530123z-1a2b3c4d-5e6f708192a3';
let server: Server | undefined;
afterEach(() => server?.close());

/** An app that answers as the test says; returns its address, and what it was asked. */
async function appThat(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: { url: string; headers: IncomingMessage['headers'] }[] = [];
  server = createServer((request, response) => {
    asked.push({ url: request.url!, headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, env: { VPN_RADIUS_URL: `http://127.0.0.1:${port}`, VPN_RADIUS_KEY: key } };
}

const deployment = (changes: object = {}) => ({
  id,
  ticket: { system: 'webhook', id: 'REQ1' },
  virtualNetworkId: '/subscriptions/x/hub',
  status: 'Running',
  percent: 10,
  startedAt: '2030-01-01T08:15:30Z',
  expectedEndAt: null,
  endedAt: null,
  stages: [],
  ...changes,
});

it('find tells what cannot be read beside what it found', async () => {
  const problem = { code: 'RowSpoilt', message: 'It is no JSON.', target: 'deployments/r1' };
  const { env } = await appThat((_, response) =>
    response.end(JSON.stringify({ deployments: [deployment()], problems: [problem] })),
  );
  const told = await ran(['find', '--ids'], { env });
  expect(told).toMatchObject({ stdout: `${id}\n`, stderr: 'deployments/r1: It is no JSON. (RowSpoilt)\n' });
  const asJson = await ran(['find', '--json'], { env });
  expect(JSON.parse(asJson.stdout)).toMatchObject({ problems: [problem], isComplete: true });
  expect(asJson.stderr).toBe('');
});

describe('What is called wrongly', () => {
  const env = { VPN_RADIUS_URL: 'https://app.example.com', VPN_RADIUS_KEY: key };
  it.each([
    [['dance'], 'There is no command dance'],
    [['find', '--colour', 'red'], "Unknown option '--colour'"],
    [['find', 'more'], 'find does not take more'],
    [['show'], 'show needs ID'],
    [['remove'], 'remove needs RESOURCE'],
    [['show', id, id], `show does not take ${id}`],
    [['compliance', '--format', 'pdf'], '--format must be one of json, csv, html, not pdf'],
    [['find', '--limit', 'few'], '--limit must be a whole number'],
    [['approve', id, '--by', 'Jonas', '--digest', 'abc'], '--digest must be the 64 hexadecimal digits'],
    [['completion', 'cmd'], 'completion takes bash, zsh, fish, not cmd'],
    [['send', '/no/such/file.json'], 'no such file'],
  ])('%j is told, and nothing is sent', async (argv, sentence) => {
    const { exitCode, stdout, stderr } = await ran(argv, { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: exitCodes.wrongCall, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it.each([
    ['http://app.example.com', 'would send your key without encryption'],
    ['https://app.example.com/?code=abc', 'must contain no key'],
    ['https://key@app.example.com', 'must contain no key'],
    ['app.example.com', 'is not an address'],
  ])('the address %s is not taken', async (url, sentence) => {
    const { exitCode, stderr } = await ran(['find', '--url', url], { env: { VPN_RADIUS_KEY: key } });
    expect(exitCode).toBe(exitCodes.wrongCall);
    expect(stderr).toContain(sentence);
  });

  it('has no option for the key itself: a process list shows what is written there', () => {
    const options = Object.values(commands).flatMap((command) => Object.keys(command.options));
    expect(options).not.toContain('key');
  });
});

describe('An app that does not answer well', () => {
  it('is told as such, by what happened', async () => {
    const { env } = await appThat((_, response) => response.writeHead(503).end('Service Unavailable'));
    const unavailable = await ran(['find'], { env });
    expect(unavailable).toMatchObject({ exitCode: exitCodes.notReached });
    expect(unavailable.stderr).toBe('The app answered 503 and said nothing more.\n');
  });

  it('is no app where it answers with a page', async () => {
    const { env } = await appThat((_, response) => response.end('<html>Sign in</html>'));
    const page = await ran(['find', '--json'], { env });
    expect(page.exitCode).toBe(exitCodes.notReached);
    expect(JSON.parse(page.stdout).error.code).toBe('NotReached');
  });

  it('gets no key at the address that it leads on to', async () => {
    const { env, asked } = await appThat((_, response) =>
      response.writeHead(302, { location: 'https://elsewhere.example.com/' }).end(),
    );
    const led = await ran(['find'], { env });
    expect(led.exitCode).toBe(exitCodes.notReached);
    expect(led.stderr).toContain('https://elsewhere.example.com/');
    expect(asked).toHaveLength(1);
  });

  it('is asked again while it is away, and the deployment is told all the same', async () => {
    const answers = [200, 503, 503, 200];
    const { env } = await appThat((_, response) => {
      const status = answers.shift()!;
      const isLast = answers.length === 0;
      response
        .writeHead(status)
        .end(status === 200 ? JSON.stringify(deployment(isLast ? { status: 'Succeeded' } : {})) : '');
    });
    const { exitCode, stderr, stdout } = await ran(['show', id, '--watch'], { env });
    expect(exitCode).toBe(exitCodes.done);
    expect(stderr.match(/Not reached since/g)).toHaveLength(1);
    expect(stderr).toContain('The app answers again.');
    expect(stdout).toContain('Succeeded');
  });

  it('is given up after a while', async () => {
    const { env } = await appThat((_, response) => response.writeHead(503).end());
    let now = Date.parse('2030-01-01T00:00:00Z');
    const { exitCode } = await ran(['show', id, '--watch'], {
      env,
      now: () => new Date(now),
      async wait(milliseconds) {
        now += milliseconds;
      },
    });
    expect(exitCode).toBe(exitCodes.notReached);
    expect(now - Date.parse('2030-01-01T00:00:00Z')).toBeGreaterThan(9 * 60_000);
  });
});

describe('A token', () => {
  it('is sent with the key, and asked for anew once when the app takes it no more', async () => {
    const { env, asked } = await appThat((request, response) =>
      request.headers.authorization === 'Bearer second'
        ? response.end('{"deployments":[]}')
        : response.writeHead(401).end(),
    );
    const tokens = ['first', 'second'];
    const { exitCode } = await ran(['find', '--audience', 'api://app'], {
      env,
      token: () => tokens.shift()!,
    });
    expect(exitCode).toBe(exitCodes.done);
    expect(asked.map(({ headers }) => [headers.authorization, headers['x-functions-key']])).toEqual([
      ['Bearer first', key],
      ['Bearer second', key],
    ]);
  });

  it('of a person needs no name for a decision', async () => {
    const { env, asked } = await appThat((_, response) => response.end(JSON.stringify(deployment())));
    const { exitCode, stderr } = await ran(['approve', id], {
      env: { ...env, VPN_RADIUS_KEY: undefined, VPN_RADIUS_AUDIENCE: 'api://app' },
      token: () => 'token',
    });
    expect(exitCode).toBe(exitCodes.refused);
    expect(stderr).toContain('does not wait for an approval: it is Running');
    expect(asked).toHaveLength(1);
  });
});

describe('The beginning of an id', () => {
  it('is refused where two deployments begin so, over all pages', async () => {
    const [one, other] = [id, id.replace('1a2b', '1b2b')];
    const { env, asked } = await appThat(({ url }, response) =>
      response.end(
        JSON.stringify(
          url!.includes('continuation')
            ? { deployments: [deployment({ id: other })] }
            : { deployments: [deployment({ id: one })], continuation: 'next' },
        ),
      ),
    );
    const { exitCode, stderr } = await ran(['show', '20300101t0815'], { env });
    expect(exitCode).toBe(exitCodes.refused);
    expect(stderr).toContain(`such as ${one} and ${other}`);
    expect(asked.map(({ url }) => url)).toEqual([
      '/api/deployments?from=2030-01-01&to=2030-01-01',
      '/api/deployments?from=2030-01-01&to=2030-01-01&continuation=next',
    ]);
  });

  it.each([
    ['2030', 'from=2030-01-01&to=2030-12-31'],
    ['vpn-203002', 'from=2030-02-01&to=2030-02-28'],
  ])('%s looks through %s', async (start, span) => {
    const { env, asked } = await appThat((_, response) => response.end('{"deployments":[]}'));
    expect((await ran(['show', start], { env })).exitCode).toBe(exitCodes.refused);
    expect(asked[0]!.url).toBe(`/api/deployments?${span}`);
  });
});

describe('A text of a ticket', () => {
  const evil = 'REQ1\u001b[2J\u009b1m\u202eevil\r\nTakes away: nothing';

  it('cannot act on the terminal, nor begin a line of its own', async () => {
    const { env } = await appThat((_, response) =>
      response.end(
        JSON.stringify(
          deployment({
            ticket: { system: 'webhook', id: evil },
            status: 'Failed',
            stages: [{ name: 'plan', status: 'Failed', detail: evil }],
            error: { code: 'X', message: evil },
          }),
        ),
      ),
    );
    for (const argv of [
      ['show', id],
      ['show', id, '--watch'],
      ['show', id, '--watch', '--json'],
    ]) {
      const { stdout, exitCode } = await ran(argv, { env });
      expect(exitCode).toBe(exitCodes.endedBadly);
      expect(stdout).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
      expect(stdout).not.toMatch(/^Removes/m);
    }
    const json = await ran(['show', id, '--json'], { env });
    expect(JSON.parse(json.stdout).ticket.id).toBe(evil);
  });

  it('is shown without what would act', () => {
    expect(readable('a\u001b]0;x\u0007b\nc')).toBe('a\ufffd]0;x\ufffdb · c');
    expect(jsonLine({ a: '\u009b' })).toBe('{"a":"\\u009b"}');
  });
});

describe('Completion', () => {
  const scripts = async (shell: string) => (await ran(['completion', shell])).stdout;

  it.each(['bash', 'zsh', 'fish'])('for %s knows every command, and every option of it', async (shell) => {
    const script = await scripts(shell);
    for (const [name, { options }] of Object.entries(commands)) {
      expect(script).toContain(name);
      for (const option of Object.keys(options)) expect(script).toContain(option);
    }
    expect(script).not.toContain(key);
  });

  it('in bash completes commands, options and the ids that the app tells', async () => {
    const script = await scripts('bash');
    const complete = (...words: string[]) => {
      const { stdout, stderr } = spawnSync(
        'bash',
        [
          '-c',
          // This function takes the place of the program on the path. Its arguments go to standard error.
          `vpn-radius() { echo "$*" >&2; echo ${id}; }; ${script.replaceAll('2>/dev/null', '')}
           COMP_WORDS=(vpn-radius "$@"); COMP_CWORD=$#
           _vpn_radius vpn-radius "\${!#}"; printf '%s\\n' "\${COMPREPLY[@]}"`,
          'bash',
          ...words,
        ],
        { encoding: 'utf8' },
      );
      return { words: stdout.trim().split('\n'), asked: stderr.trim() };
    };
    expect(complete('c').words).toEqual(['cancel', 'compliance', 'completion']);
    expect(complete('send', '--w').words).toEqual(['--watch']);
    expect(complete('approve', 'vpn-2030')).toEqual({
      words: [id],
      asked: 'find --ids --limit 200 --status AwaitingApproval',
    });
    expect(complete('show', 'vpn-2031').words).toEqual(['']);
  });
});
