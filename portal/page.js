const $ = (id) => document.getElementById(id);
const marks = { Pending: '·', Running: '…', Succeeded: '✓', Skipped: '–', Failed: '✗' };

async function call(method, path, body) {
  const response = await fetch(`/api/${path}`, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = text ? JSON.parse(text) : {};
  if (!response.ok) throw new Error(explained(json.error) ?? `The app answered ${response.status}.`);
  return json;
}

function explained(error) {
  if (!error) return undefined;
  const details = (error.details ?? []).map(({ target, message }) => `${target}: ${message}`);
  return [`${error.message}`, ...details].join('\n');
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function ticketFrom(form) {
  const { id, vnet, pool, protocols, approval } = form.elements;
  return {
    ticket: { system: 'webhook', id: id.value },
    virtualNetworkId: vnet.value.trim(),
    pointToSite: {
      addressPool: pool.value.trim() === 'auto' ? 'auto' : pool.value.split(/[\s,]+/).filter(Boolean),
      protocols: protocols.value.split(','),
    },
    approval: { required: approval.checked },
  };
}

$('ticket').addEventListener('submit', async (event) => {
  event.preventDefault();
  const plan = event.submitter?.value === 'plan';
  try {
    const answer = await call('POST', plan ? 'deployments/plan' : 'tickets', ticketFrom(event.target));
    $('answer').textContent = plan
      ? planText(answer)
      : `${answer.alreadyRunning ? 'It runs already' : 'Started'}: ${answer.id}`;
    await refresh();
  } catch (error) {
    $('answer').textContent = error.message;
  }
});

function planText({ steps, problems, warnings, estimatedMinutes }) {
  const lines = (title, list) => (list.length ? [title, ...list] : []);
  return [
    ...lines(
      'In the way:',
      problems.map(({ target, message }) => `  ${target}: ${message}`),
    ),
    ...lines(
      `About ${estimatedMinutes} minutes:`,
      steps.map(({ action, name, target }) => `  ${action} ${name}  ${target.split('/').at(-1)}`),
    ),
    ...lines(
      'Mind:',
      warnings.map(({ message }) => `  ${message}`),
    ),
  ].join('\n');
}

function card(deployment) {
  const { id, ticket, status, percent, expectedEndAt, stages, planDigest, error } = deployment;
  const time = (iso) => new Date(iso).toLocaleTimeString();
  const post = (path, body) => async () => {
    await call('POST', `deployments/${id}/${path}`, body).catch((problem) => alert(problem.message));
    await refresh();
  };
  const button = (text, onclick) => element('button', { textContent: text, onclick });
  const actions = {
    AwaitingApproval: () => [
      button('Approve', post('approval', { approved: true, by: 'portal', planDigest })),
      button('Reject', post('approval', { approved: false, by: 'portal', planDigest })),
    ],
    Running: () => [button('Cancel', post('cancel', { by: 'portal' }))],
  };
  return element(
    'article',
    {},
    element(
      'h3',
      {},
      `${deployment.virtualNetworkId.split('/').at(-1)} `,
      element('span', { className: status, textContent: status }),
    ),
    element('p', {
      className: 'meta',
      textContent: `${ticket.id} · ${id}${status === 'Running' && expectedEndAt ? ` · expected end ${time(expectedEndAt)}` : ''}`,
    }),
    element('progress', { max: 100, value: percent, title: `${percent} %`, ariaLabel: `${percent} percent` }),
    element(
      'ol',
      {},
      ...stages.map(({ name, status: its, detail }) =>
        element(
          'li',
          {},
          element('span', { className: its, textContent: marks[its], title: its }),
          element('span', { textContent: name }),
          element('span', { textContent: detail ?? '' }),
        ),
      ),
    ),
    ...(error
      ? [element('p', { className: 'Failed', textContent: `${error.message} (${error.code})` })]
      : []),
    element('div', { className: 'actions' }, ...(actions[status]?.() ?? [])),
  );
}

async function refresh() {
  const { deployments } = await call('GET', 'deployments');
  const shown = await Promise.all(deployments.slice(0, 20).map(({ id }) => call('GET', `deployments/${id}`)));
  $('empty').hidden = shown.length > 0;
  $('deployments').replaceChildren(...shown.map(card));
}

async function health() {
  try {
    const { version } = await call('GET', 'health');
    $('health').textContent = `healthy, version ${version}`;
    $('health').className = 'Succeeded';
  } catch (error) {
    $('health').textContent = `not healthy: ${error.message}`;
    $('health').className = 'Failed';
  }
}

await Promise.all([health(), refresh()]);
setInterval(() => refresh().catch(() => {}), 2000);
