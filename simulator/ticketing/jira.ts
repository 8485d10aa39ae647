import { createHmac } from 'node:crypto';
import { empty, isObject, json, type WireRequest, type WireResponse } from '../azure/wire/messages.ts';
import type { Clock } from '../clock.ts';
import { parsedJson } from '../parsed-json.ts';
import { type Accounts, accountOf, type TicketingFault, type WireHandler, withFaults } from './faults.ts';

export interface WorkflowTransition {
  readonly id: string;
  readonly name: string;
  /** Statuses in which it is offered. Every status when left out. */
  readonly from?: readonly string[];
  readonly to: string;
  /** Fields that its screen requires. */
  readonly requires?: readonly string[];
}

export interface JiraComment {
  readonly id: string;
  readonly author: string;
  readonly body: unknown;
  readonly properties: readonly unknown[];
  readonly created: string;
}

export interface JiraIssue {
  readonly id: string;
  readonly key: string;
  readonly fields: Record<string, unknown>;
  status: string;
  readonly created: string;
  readonly comments: JiraComment[];
}

export interface JiraOptions {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly workflow?: readonly WorkflowTransition[];
  /** The secret of the webhook that an administrator has registered. Not signed without one. */
  readonly webhookSecret?: string;
  /** The site that this one carries on from. */
  readonly saved?: SavedJira | undefined;
}

/** What a site holds, as JSON. */
export interface SavedJira {
  readonly issues: readonly JiraIssue[];
  readonly changeCount: number;
}

/** A webhook on its way: the body, and the headers that prove it. */
export interface WebhookDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Jira {
  readonly handle: WireHandler;
  readonly faults: TicketingFault[];
  readonly issues: ReadonlyMap<string, JiraIssue>;
  /** With the next free key of the project, unless one is given. */
  create(project: string, fields: Readonly<Record<string, unknown>>, key?: string): JiraIssue;
  /** The text of an issue's comments, oldest first, with a line for each paragraph and hard break. */
  comments(key: string): string[];
  /** Somebody else comments in the browser. */
  comment(key: string, author: string, text: string): void;
  created(key: string): WebhookDelivery;
  /** Somebody moves the issue in the browser. Returns the webhook of it. */
  moved(key: string, status: string, by: string): WebhookDelivery;
  snapshot(): SavedJira;
}

const simplifiedWorkflow: readonly WorkflowTransition[] = [
  { id: '11', name: 'To Do', to: 'To Do' },
  { id: '21', name: 'In Progress', to: 'In Progress' },
  { id: '31', name: 'Done', to: 'Done' },
  { id: '41', name: 'Approve', from: ['To Do', 'In Progress'], to: 'Approved' },
  { id: '51', name: 'Decline', from: ['To Do', 'In Progress'], to: 'Declined' },
];

/** Issues, comments and transitions of Jira Cloud's REST API v3, and the webhooks that it sends. */
export function jira(options: JiraOptions): Jira {
  const { clock, accounts, workflow = simplifiedWorkflow, webhookSecret, saved } = options;
  const issues = new Map((saved?.issues ?? []).map((issue) => [issue.key, issue]));
  const faults: TicketingFault[] = [];
  let commentCount = [...issues.values()].reduce((sum, { comments }) => sum + comments.length, 0);
  let changeCount = saved?.changeCount ?? 0;

  const timestamp = () => clock.now().toISOString().replace('Z', '+0000');
  const offered = ({ status }: JiraIssue) =>
    workflow.filter(({ from }) => from === undefined || from.includes(status));

  function handle(request: WireRequest): WireResponse {
    const url = new URL(request.url);
    const account = accountOf(accounts, request.headers.authorization);
    if (account === undefined) {
      return json(401, {
        errorMessages: ['Client must be authenticated to access this resource.'],
        errors: {},
      });
    }
    if (url.pathname === '/rest/api/3/myself')
      return json(200, { accountId: accountIdOf(account), displayName: account, active: true });
    // As for most people: their mail address is hidden.
    if (url.pathname === '/rest/api/3/user')
      return json(200, { accountId: url.searchParams.get('accountId'), active: true });
    if (url.pathname === '/rest/api/3/issue' && request.method === 'POST') return createIssue(request);
    if (url.pathname === '/rest/api/3/search/jql') return search(url.searchParams.get('jql') ?? '');
    const [, key, part = ''] = /^\/rest\/api\/3\/issue\/([^/]+)(\/[a-z]+)?$/.exec(url.pathname) ?? [];
    if (key === undefined) return json(404, { errorMessages: [`No route ${url.pathname}`], errors: {} });
    const issue = issues.get(key.toUpperCase());
    if (!issue) {
      return json(404, {
        errorMessages: ['Issue does not exist or you do not have permission to see it.'],
        errors: {},
      });
    }
    switch (`${request.method} ${part}`) {
      case 'GET ':
        return json(200, { id: issue.id, key: issue.key, fields: fieldsOf(issue) });
      case 'GET /comment':
        return json(200, commentPage(issue, url.searchParams));
      case 'POST /comment':
        return addComment(issue, request, account);
      case 'GET /transitions':
        return json(200, {
          expand: 'transitions',
          transitions: offered(issue).map(({ id, name, to }) => ({ id, name, to: statusOf(to) })),
        });
      case 'POST /transitions':
        return move(issue, request);
      default:
        return json(405, { errorMessages: ['Method not allowed'], errors: {} });
    }
  }

  function createIssue(request: WireRequest): WireResponse {
    const given = parsedJson(request.body);
    const fields = isObject(given) && isObject(given.fields) ? given.fields : {};
    const project = isObject(fields.project) ? String(fields.project.key ?? '') : '';
    const errors = Object.fromEntries([
      ...(project === '' ? [['project', 'project is required']] : []),
      ...(fields.summary ? [] : [['summary', 'You must specify a summary of the issue.']]),
      ...(isObject(fields.issuetype) ? [] : [['issuetype', 'Specify an issue type']]),
      ...(fields.description === undefined || (isObject(fields.description) && isDocument(fields.description))
        ? []
        : [
            [
              'description',
              'Operation value must be an Atlassian Document (see the Atlassian Document Format)',
            ],
          ]),
    ]);
    if (Object.keys(errors).length > 0) return json(400, { errorMessages: [], errors });
    const { project: _, issuetype: __, ...rest } = fields;
    const { id, key } = create(project.toUpperCase(), rest);
    return json(201, { id, key, self: `https://jira.example/rest/api/3/issue/${id}` });
  }

  /** `project = "X" AND labels = "y"`, which is the query of this app. */
  function search(jql: string): WireResponse {
    const [, project, label] = /^project = "([^"]+)" AND labels = "([^"]+)"$/.exec(jql) ?? [];
    if (project === undefined)
      return json(400, { errorMessages: [`Error in the JQL Query: ${jql}`], errors: {} });
    const found = [...issues.values()].filter(
      ({ key, fields }) =>
        key.startsWith(`${project.toUpperCase()}-`) &&
        Array.isArray(fields.labels) &&
        fields.labels.includes(label),
    );
    return json(200, {
      issues: found.map(({ id, key, fields }) => ({ id, key, fields: { labels: fields.labels } })),
      isLast: true,
    });
  }

  function commentPage(issue: JiraIssue, query: URLSearchParams) {
    const isNewestFirst = query.get('orderBy') === '-created';
    const startAt = Number(query.get('startAt') ?? 0);
    const maxResults = Number(query.get('maxResults') ?? 100);
    const ordered = isNewestFirst ? issue.comments.toReversed() : issue.comments;
    return {
      startAt,
      maxResults,
      total: issue.comments.length,
      comments: ordered
        .slice(startAt, startAt + maxResults)
        .map(({ id, author, body, created }) => ({ id, author: authorOf(author), body, created })),
    };
  }

  function addComment(issue: JiraIssue, request: WireRequest, author: string): WireResponse {
    const given = parsedJson(request.body);
    const body = isObject(given) ? given.body : undefined;
    if (!isObject(given) || !isObject(body) || !isDocument(body)) {
      return json(400, { errorMessages: [], errors: { comment: 'Comment body is not valid!' } });
    }
    commentCount += 1;
    const comment: JiraComment = {
      id: String(10_000 + commentCount),
      author,
      body,
      properties: Array.isArray(given.properties) ? given.properties : [],
      created: timestamp(),
    };
    issue.comments.push(comment);
    return json(201, { id: comment.id, author: authorOf(author), body, created: comment.created });
  }

  function move(issue: JiraIssue, request: WireRequest): WireResponse {
    const given = parsedJson(request.body);
    const id = isObject(given) && isObject(given.transition) ? String(given.transition.id) : '';
    const transition = offered(issue).find((candidate) => candidate.id === id);
    if (!transition) {
      return json(400, {
        errorMessages: [`Transition id '${id}' is not valid for this issue.`],
        errors: {},
      });
    }
    const fields = isObject(given) && isObject(given.fields) ? given.fields : {};
    const missing = (transition.requires ?? []).filter((name) => fields[name] === undefined);
    if (missing.length > 0) {
      return json(400, {
        errorMessages: [],
        errors: Object.fromEntries(missing.map((name) => [name, `${name} is required.`])),
      });
    }
    issue.status = transition.to;
    return empty(204);
  }

  function fieldsOf(issue: JiraIssue): Record<string, unknown> {
    return {
      issuetype: { id: '10001', name: 'Task', subtask: false },
      project: { id: '10000', key: issue.key.split('-')[0], name: 'Networks', projectTypeKey: 'software' },
      created: issue.created,
      updated: timestamp(),
      labels: [],
      summary: '',
      ...issue.fields,
      status: statusOf(issue.status),
    };
  }

  function delivery(event: string, issue: JiraIssue, by: string, items: unknown[]): WebhookDelivery {
    changeCount += 1;
    const body = JSON.stringify({
      timestamp: clock.now().getTime(),
      webhookEvent: `jira:${event}`,
      issue_event_type_name: event === 'issue_created' ? event : 'issue_generic',
      user: { accountId: accountIdOf(by), displayName: by, active: true, accountType: 'atlassian' },
      issue: { id: issue.id, key: issue.key, fields: fieldsOf(issue) },
      changelog: { id: String(10_000 + changeCount), items },
    });
    const signature = webhookSecret && createHmac('sha256', webhookSecret).update(body).digest('hex');
    return {
      body,
      headers: {
        'Content-Type': 'application/json; charset=UTF-8',
        'X-Atlassian-Webhook-Identifier': `webhook-${changeCount}`,
        ...(signature && { 'X-Hub-Signature': `sha256=${signature}` }),
      },
    };
  }

  const existing = (key: string) => {
    const issue = issues.get(key);
    if (!issue) throw new Error(`The simulated Jira has no issue ${key}.`);
    return issue;
  };

  function create(
    project: string,
    fields: Readonly<Record<string, unknown>>,
    key = `${project}-${issues.size + 1}`,
  ): JiraIssue {
    const issue: JiraIssue = {
      id: String(10_001 + issues.size),
      key,
      fields: { ...fields },
      status: 'To Do',
      created: timestamp(),
      comments: [],
    };
    issues.set(key, issue);
    return issue;
  }

  return {
    handle: withFaults(handle, faults),
    faults,
    issues,
    create,
    comments: (key) => existing(key).comments.map(({ body }) => documentText(body)),
    comment(key, author, text) {
      commentCount += 1;
      const content = [{ type: 'paragraph', content: [{ type: 'text', text }] }];
      existing(key).comments.push({
        id: String(10_000 + commentCount),
        author,
        body: { type: 'doc', version: 1, content },
        properties: [],
        created: timestamp(),
      });
    },
    created(key) {
      const issue = existing(key);
      const reporter = issue.fields.reporter;
      const by = isObject(reporter) ? String(reporter.displayName) : 'Reporter';
      return delivery('issue_created', issue, by, [statusChange(undefined, issue.status)]);
    },
    moved(key, status, by) {
      const issue = existing(key);
      const from = issue.status;
      issue.status = status;
      return delivery('issue_updated', issue, by, [statusChange(from, status)]);
    },
    snapshot: () => ({ issues: [...issues.values()], changeCount }),
  };
}

const accountIdOf = (name: string) => `712020:${name}`;
const authorOf = (name: string) => ({ accountId: accountIdOf(name), displayName: name });

function statusChange(from: string | undefined, to: string) {
  return {
    field: from === undefined ? 'Status' : 'status',
    fieldtype: 'jira',
    fieldId: 'status',
    from: from === undefined ? null : statusId(from),
    fromString: from ?? null,
    to: statusId(to),
    toString: to,
  };
}

const statusOf = (name: string) => ({ id: statusId(name), name });

/** Five digits that are the same for the same name. */
function statusId(name: string): string {
  return String(10_000 + ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 1000));
}

/** The part of the Atlassian Document Format that comments of this app use. A text node must hold text. */
function isDocument(node: Record<string, unknown>): boolean {
  const fits = (child: unknown): boolean => {
    if (!isObject(child)) return false;
    if (child.type === 'text') return typeof child.text === 'string' && child.text !== '';
    if (child.type === 'hardBreak') return true;
    return child.type === 'paragraph' && (child.content === undefined || all(child.content));
  };
  const all = (content: unknown) => Array.isArray(content) && content.every(fits);
  return node.type === 'doc' && node.version === 1 && all(node.content);
}

function documentText(node: unknown): string {
  if (!isObject(node)) return '';
  if (node.type === 'text') return String(node.text);
  if (node.type === 'hardBreak') return '\n';
  const children = Array.isArray(node.content) ? node.content.map(documentText) : [];
  return children.join(node.type === 'doc' ? '\n' : '');
}
