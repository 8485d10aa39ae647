import type { Command, Option } from './command.ts';
import { compliance } from './commands/compliance.ts';
import { cancel, decide } from './commands/decisions.ts';
import { exportCode, find, findOptions, show } from './commands/deployments.ts';
import { plan, send } from './commands/plan.ts';
import { remove } from './commands/removal.ts';

const watch: Readonly<Record<string, Option>> = {
  watch: { says: 'show what happens until it has ended, or waits for an approval' },
  'through-approval': { says: 'with --watch: continue while it waits for an approval' },
};

const decision: Readonly<Record<string, Option>> = {
  by: { value: 'NAME', says: 'who decides, when a function key is the only sign-in (VPN_RADIUS_BY)' },
  comment: { value: 'TEXT', says: 'a comment for the ticket' },
  watch: { says: 'then show what happens until it has ended' },
};

const digest: Readonly<Record<string, Option>> = {
  digest: { value: 'SHA256', says: 'the plan that you have read; any other plan is refused' },
  yes: { says: 'do not ask; needs --digest' },
};

const awaiting = ['AwaitingApproval'];

/** Every command that asks the app something. */
export const commands: Readonly<Record<string, Command>> = {
  plan: {
    says: 'shows what the request in a file would do; writes nothing. FILE may be - for standard input',
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
    says: 'shows the plan that waits and what it removes, asks, and approves that plan',
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
    options: { ...decision, yes: { says: 'do not ask' } },
    idsOf: ['Pending', 'Running', 'AwaitingApproval'],
    run: cancel,
  },
  remove: {
    says: 'shows what the app made for a gateway and would remove, asks, and sends that as a deployment, which waits for an approval',
    takes: 'RESOURCE',
    options: {
      'keep-gateway': { says: 'remove only point-to-site, and keep the gateway' },
      'dry-run': { says: 'send nothing' },
      yes: { says: 'do not ask' },
      ...watch,
    },
    run: remove,
  },
  export: {
    says: 'shows what exists as code, with import statements and without secrets',
    takes: 'ID',
    options: { format: { value: 'FORM', oneOf: ['bicep', 'terraform'], says: 'of the code' } },
    run: exportCode,
  },
  compliance: {
    says: 'shows the last compliance report; the exit code is 1 when anything does not comply or could not be checked',
    options: {
      run: { says: 'check now' },
      watch: { says: 'with --run: wait for the report' },
      remediate: { says: 'with --run: repair what does not disconnect anybody' },
      scope: { value: 'ID,…', says: 'with --run: only these subscriptions or gateways' },
      format: { value: 'FORM', oneOf: ['json', 'csv', 'html'], says: 'print the report as a file' },
    },
    run: compliance,
  },
};
