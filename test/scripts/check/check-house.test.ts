import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const { checkHouse } = (await import('../../../scripts/check/check-house.mjs' as string)) as {
  checkHouse(root: string): string[];
};
const folders: string[] = [];

function house(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'house-'));
  folders.push(root);
  for (const [name, text] of Object.entries({
    'functions/app.ts': '',
    'shared/config.ts': '',
    ...files,
  })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('the shape of the house', () => {
  test('is kept by this project', () => {
    expect(checkHouse(fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''))).toEqual([]);
  });

  test.each([
    [
      'a circle of types alone',
      {
        'shared/core/one.ts': "import type { B } from './two.ts';\nexport type A = B;",
        'shared/core/two.ts': "import type { A } from './one.ts';\nexport type B = A;",
      },
      /^circle: /,
    ],
    [
      'a circle of a page',
      {
        'portal/one.tsx': "import { b } from './two.tsx';",
        'portal/two.tsx': "import type { A } from './one.tsx';",
      },
      /^circle: portal\/two\.tsx → portal\/one\.tsx$|^circle: portal\/one\.tsx → portal\/two\.tsx$/,
    ],
    [
      'a circle of the simulator, of a script and of a benchmark',
      {
        'simulator/one.ts': "import { b } from '../scripts/two.mjs';",
        'scripts/two.mjs': "const c = await import('../bench/three.ts');",
        'bench/three.ts': "import '../simulator/one.ts';",
      },
      /^circle: (?=.*simulator\/one\.ts)(?=.*scripts\/two\.mjs)(?=.*bench\/three\.ts)/,
    ],
    [
      'an arrow from a part to one above it',
      {
        'shared/nps/one.ts': "import type { B } from '../deployment/two.ts';",
        'shared/deployment/two.ts': '',
      },
      /^arrow: shared\/nps\/one\.ts → shared\/deployment\/two\.ts$/,
    ],
    [
      'an arrow from shared to functions',
      { 'shared/core/one.ts': "import './x.ts';\nimport { a } from '../../functions/app.ts';" },
      /^arrow: /,
    ],
    [
      'a step that another file calls',
      {
        'functions/deployment/start.ts': "import { type Order, writeGateway } from './steps/gateway.ts';",
        'functions/deployment/steps/gateway.ts': '',
      },
      /^step: functions\/deployment\/start\.ts imports more than types of functions\/deployment\/steps\/gateway\.ts$/,
    ],
    [
      'a step of a folder without steps/ that another file calls',
      {
        'functions/http/one.ts': "import { recordPlan } from '../records/steps.ts';",
        'functions/records/steps.ts': '',
      },
      /^step: functions\/http\/one\.ts imports more than types of functions\/records\/steps\.ts$/,
    ],
    [
      'a step that another file hands on',
      {
        'functions/events/one.ts': "export { writeGateway } from '../deployment/steps/gateway.ts';",
        'functions/deployment/steps/gateway.ts': '',
      },
      /^step: functions\/events\/one\.ts imports /,
    ],
    [
      'one name for two things',
      {
        'functions/one.ts': 'export async function planOf() {}',
        'shared/core/two.ts': 'export const planOf = () => {};',
      },
      /^name: functions\/one\.ts and shared\/core\/two\.ts have planOf$/,
    ],
    [
      'one name for two functions that no other file sees',
      {
        'functions/one.ts': 'const keyOf = (id: string) => id;',
        'functions/two.ts': 'function keyOf(id: string) {}',
      },
      /^name: functions\/one\.ts and functions\/two\.ts have keyOf$/,
    ],
    [
      'one name for generator functions and functions of types',
      {
        'shared/core/one.ts': 'async function* linesOf() {}',
        'shared/core/two.ts': 'const linesOf = async <T>(one: T) => one;',
      },
      /^name: .* have linesOf$/,
    ],
    [
      'one name for two functions of scripts',
      {
        'scripts/one.mjs': 'const tell = (what) => what;',
        'scripts/pages/two.mjs': 'export function tell() {}',
        'bench/tell.ts': 'export function tell() {}',
      },
      /^name: scripts\/one\.mjs and scripts\/pages\/two\.mjs have tell$/,
    ],
    [
      'one name for two things of the page',
      {
        'portal/app/one.tsx': 'export function Bar() {}',
        'portal/compliance/two.ts': 'export interface Bar {}',
      },
      /^name: portal\/app\/one\.tsx and portal\/compliance\/two\.ts have Bar$/,
    ],
    [
      'one name for two functions of the command line',
      { 'cli/one.ts': 'export const endOf = () => {};', 'cli/telling/two.ts': 'function endOf() {}' },
      /^name: cli\/one\.ts and cli\/telling\/two\.ts have endOf$/,
    ],
    [
      'one name for two functions of benchmarks, but what each is asked for',
      {
        'bench/one.ts': 'export async function* figures() {}\nconst ratio = (one: number) => one;',
        'bench/two.ts': 'export async function* figures() {}\nfunction ratio() {}',
      },
      /^name: bench\/one\.ts and bench\/two\.ts have ratio$/,
    ],
    [
      'one name for two functions of the simulator',
      {
        'simulator/host/one.ts': 'const isJson = (text: string) => text;',
        'simulator/azure/two.ts': 'export const isJson = (text: string): boolean => true;',
      },
      /^name: simulator\/\w+\/\w+\.ts and simulator\/\w+\/\w+\.ts have isJson$/,
    ],
    [
      'a command line that knows the app from inside',
      { 'cli/one.ts': "import { a } from '../functions/app.ts';" },
      /^arrow: cli\/one\.ts → functions\/app\.ts$/,
    ],
    [
      'an SDK outside the adapters',
      { 'functions/http/one.ts': "import { NetworkManagementClient } from '@azure/arm-network';" },
      /^adapter: functions\/http\/one\.ts imports @azure\/arm-network$/,
    ],
    [
      'an adapter that a function knows, by a type alone',
      {
        'functions/http/one.ts': "import type { Told } from '../../shared/ticketing/told.ts';",
        'shared/ticketing/told.ts': '',
      },
      /^adapter: functions\/http\/one\.ts imports shared\/ticketing\/told\.ts$/,
    ],
    [
      'an adapter that a function loads later',
      {
        'functions/registration.ts': "const { ids } = await import('../shared/azure/wire/ids.ts');",
        'shared/azure/wire/ids.ts': '',
      },
      /^adapter: functions\/registration\.ts imports shared\/azure\/wire\/ids\.ts$/,
    ],
    [
      'an adapter that the settings know',
      { 'shared/config.ts': "import { a } from './ticketing/told.ts';", 'shared/ticketing/told.ts': '' },
      /^adapter: shared\/config\.ts imports shared\/ticketing\/told\.ts$/,
    ],
    [
      'an adapter that the ports know',
      { 'shared/ports.ts': "import type { A } from './azure/fleet.ts';", 'shared/azure/fleet.ts': '' },
      /^adapter: shared\/ports\.ts imports shared\/azure\/fleet\.ts$/,
    ],
    [
      'an adapter that knows another one',
      {
        'shared/azure/one.ts': "import type { A } from '../ticketing/told.ts';",
        'shared/ticketing/told.ts': '',
      },
      /^adapter: shared\/azure\/one\.ts imports shared\/ticketing\/told\.ts$/,
    ],
    [
      'an adapter that the page knows',
      {
        'portal/app/one.tsx': "import type { A } from '../../shared/azure/fleet.ts';",
        'shared/azure/fleet.ts': '',
      },
      /^adapter: portal\/app\/one\.tsx imports shared\/azure\/fleet\.ts$/,
    ],
    [
      'an adapter that the simulator knows',
      {
        'simulator/azure/one.ts': "import { roles } from '../../shared/azure/wire/role.ts';",
        'shared/azure/wire/role.ts': '',
      },
      /^adapter: simulator\/azure\/one\.ts imports shared\/azure\/wire\/role\.ts$/,
    ],
    [
      'a port that is more than its types',
      {
        'shared/azure/one.ts':
          "import type { Rows } from '../ports.ts';\nimport { type Secrets, read } from '../ports.ts';",
        'shared/ports.ts': '',
      },
      /^port: shared\/azure\/one\.ts imports more than types of shared\/ports\.ts$/,
    ],
    [
      'fetch outside the adapters',
      {
        'functions/http/one.ts': 'export const look = async () => fetch(new URL("/a", "http://b"));',
        'shared/azure/two.ts': 'export const pages = async () => fetch("http://b");',
        'shared/ticketing/three.ts': 'export const told = async () => fetch("http://b");',
        'functions/four.ts':
          'export const prefetch = (client: Client) => client.fetch(1) ?? prefetch(client);',
      },
      /^adapter: functions\/http\/one\.ts calls fetch$/,
    ],
    [
      'fetch in what is pure',
      { 'shared/gateway/one.ts': 'const page = await fetch("http://b");' },
      /^adapter: shared\/gateway\/one\.ts calls fetch$/,
    ],
    [
      'a crowded folder',
      Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`shared/core/file-${n}.ts`, ''])),
      /^crowded: shared\/core has 17 files/,
    ],
    [
      'a folder three levels deep',
      { 'functions/deployment/removal/steps/one.ts': '', 'functions/removal/steps/two.ts': '' },
      /^deep: functions\/deployment\/removal\/steps\/one\.ts is in more than two folders of its part$/,
    ],
    [
      'a crowded folder of scripts',
      Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`scripts/infra/file-${n}.mjs`, ''])),
      /^crowded: scripts\/infra has 17 files/,
    ],
    [
      'a crowded folder of PowerShell',
      Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`nps/private/file-${n}.ps1`, ''])),
      /^crowded: nps\/private has 17 files/,
    ],
    [
      'a crowded folder of tests',
      Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`test/flows/file-${n}.test.ts`, ''])),
      /^crowded: test\/flows has 17 files/,
    ],
  ])('does not allow %s', (_, files, fault) => {
    expect(checkHouse(house(files as Record<string, string>))).toEqual([expect.stringMatching(fault)]);
  });

  test('lets others know the types of a step, and the tables and other steps the step itself', () => {
    const files = {
      'functions/deployment/steps/gateway.ts': '',
      'functions/deployment/steps/nps.ts': "import { writeGateway } from './gateway.ts';",
      'functions/removal/steps/rest.ts': "import { writeGateway } from '../../deployment/steps/gateway.ts';",
      'functions/steps.ts': "import { writeGateway } from './deployment/steps/gateway.ts';",
      'functions/compliance/steps.ts': "import { writeGateway } from '../deployment/steps/gateway.ts';",
      'functions/app.ts': "import { activities } from './steps.ts';",
      'functions/deployment/one.ts': "import type { GatewayOrder } from './steps/gateway.ts';",
      'functions/deployment/two.ts':
        "import {\n  type GatewayOrder,\n  type GatewayWrite,\n} from './steps/gateway.ts';",
    };
    expect(checkHouse(house(files))).toEqual([]);
  });

  test('lets the wiring of the app, benchmarks and scripts know the adapters', () => {
    const files = {
      'functions/app.ts': "import { ids } from '../shared/azure/wire/ids.ts';",
      'functions/durable-instances.ts': "import { pages } from '../shared/azure/pages.ts';",
      'functions/ports.ts': "import { told } from '../shared/ticketing/told.ts';",
      'functions/storage.ts': "import type { Account } from '../shared/azure/storage/account.ts';",
      'functions/telemetry.ts': "import('../shared/azure/monitor.ts').then(begin);",
      'bench/one.ts': "import { told } from '../shared/ticketing/told.ts';",
      'scripts/two.mjs': "const { told } = await import('../shared/ticketing/told.ts');",
      'shared/azure/pages.ts': "import { ids } from './wire/ids.ts';",
      'shared/azure/wire/ids.ts': "import type { Ids } from '../../ports.ts';",
      'shared/ticketing/told.ts': '',
    };
    expect(checkHouse(house(files))).toEqual([]);
  });

  test('lets packages beside tests have as many files as they like', () => {
    const names = Array.from({ length: 17 }, (_, n) => `test/portal/node_modules/axe-core/file-${n}.js`);
    expect(checkHouse(house(Object.fromEntries(names.map((name) => [name, '']))))).toEqual([]);
  });

  test('lets two files have a value of the same name', () => {
    const files = {
      'functions/one.ts': 'const atOnce = 8;\nconst table = new Map(); const f = () => atOnce;',
      'functions/two.ts': 'const atOnce = 9;\nconst table = new Map(); const f = () => atOnce;',
    };
    expect(checkHouse(house(files))).toEqual([]);
  });
});
