import type { Command, Option } from './command.ts';
import { compliance } from './commands/compliance.ts';
import { cancel, decide } from './commands/decisions.ts';
import { exportCode, find, findOptions, show } from './commands/deployments.ts';
import { plan, send } from './commands/plan.ts';
import { remove } from './commands/removal.ts';

const watch: Readonly<Record<string, Option>> = {
  watch: { says: 'tell what happens until it has ended, or waits for an approval' },
  'through-approval': { says: 'with --watch: go on while it waits for an approval' },
};

const decision: Readonly<Record<string, Option>> = {
  by: { value: 'NAME', says: 'who decides, where a function key is the only sign-in (VPN_RADIUS_BY)' },
  comment: { value: 'TEXT', says: 'what the ticket is told with it' },
  watch: { says: 'tell what happens after it until it has ended' },
};

const digest: Readonly<Record<string, Option>> = {
  digest: { value: 'SHA256', says: 'the plan that was looked at: any other is refused' },
  yes: { says: 'ask nothing; needs --digest' },
};

const awaiting = ['AwaitingApproval'];

/** Every command that asks the app something. */
export const commands: Readonly<Record<string, Command>> = {
  plan: {
    says: 'what the request in a file would do; writes nothing. FILE may be - for standard input',
    takes: 'FILE',
    options: {},
    run: plan,
  },
  send: {
    says: 'sends the request in a file as a ticket',
    takes: 'FILE',
    options: watch,
    run: send,
  },
  find: { says: 'lists deployments, newest first', options: findOptions, run: find },
  show: {
    says: 'shows a deployment',
    takes: 'ID',
    options: {
      ...watch,
      plan: { says: 'its whole plan, with the digest that an approval names' },
      record: { says: 'the evidence that is kept of it, as JSON' },
    },
    run: show,
  },
  approve: {
    says: 'shows the plan that waits and what it takes away, asks, and approves that plan',
    takes: 'ID',
    options: { ...decision, ...digest },
    idsOf: awaiting,
    run: decide(true),
  },
  reject: {
    says: 'shows the plan that waits, asks, and rejects it',
    takes: 'ID',
    options: { ...decision, ...digest },
    idsOf: awaiting,
    run: decide(false),
  },
  cancel: {
    says: 'stops a deployment after its running step; what exists is kept',
    takes: 'ID',
    options: { ...decision, yes: { says: 'ask nothing' } },
    idsOf: ['Pending', 'Running', 'AwaitingApproval'],
    run: cancel,
  },
  remove: {
    says: 'shows what the app made for a gateway and would take away, asks, and sends that as a deployment, which waits for an approval',
    takes: 'RESOURCE',
    options: {
      'keep-gateway': { says: 'take point-to-site from the gateway, and leave the gateway' },
      'dry-run': { says: 'send nothing' },
      yes: { says: 'ask nothing' },
      ...watch,
    },
    run: remove,
  },
  export: {
    says: 'what exists as code, with its import statements and without a secret',
    takes: 'ID',
    options: { format: { value: 'FORM', oneOf: ['bicep', 'terraform'], says: 'of the code' } },
    run: exportCode,
  },
  compliance: {
    says: 'the last compliance report; exit code 1 where anything does not comply or could not be looked at',
    options: {
      run: { says: 'check now' },
      watch: { says: 'with --run: wait for the report' },
      remediate: { says: 'with --run: repair what cannot cut anybody off' },
      scope: { value: 'ID,…', says: 'with --run: these subscriptions or gateways alone' },
      format: { value: 'FORM', oneOf: ['json', 'csv', 'html'], says: 'the report as a file, on the output' },
    },
    run: compliance,
  },
};
