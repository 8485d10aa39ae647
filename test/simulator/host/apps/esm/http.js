import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { seen } from './seen.js';

const settingAtLoad = process.env.SETTING ?? 'none';

app.hook.appStart(() => {
  seen.push('appStart');
});
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName !== 'hooked') return;
  const handler = context.functionHandler;
  context.functionHandler = async (...args) => {
    const result = await handler(...args);
    return { ...result, headers: { 'x-hooked': 'yes' } };
  };
});
app.hook.log((context) => {
  context.message = context.message.replace('a secret', '***');
});

app.http('hooked', { handler: () => ({ body: 'handled' }) });

app.http('mirror', {
  methods: ['POST', 'PUT'],
  route: 'echo/{kind:alpha}/{*rest}',
  handler: async (request) => ({
    status: 201,
    headers: { 'x-kind': request.params.kind, 'x-rest': request.params.rest },
    cookies: [
      { name: 'a', value: '1', path: '/', httpOnly: true, sameSite: 'Lax' },
      { name: 'b', value: '2' },
    ],
    jsonBody: {
      method: request.method,
      url: request.url,
      query: Object.fromEntries(request.query),
      header: request.headers.get('x-in'),
      body: Buffer.from(await request.arrayBuffer()).toString('hex'),
    },
  }),
});

app.http('item', {
  methods: ['GET'],
  route: 'items/{id}',
  handler: (request) => ({ body: `item ${request.params.id}` }),
});
app.http('newest', { methods: ['GET'], route: 'items/newest', handler: () => ({ body: 'the newest' }) });
app.http('maybe', {
  methods: ['GET'],
  route: 'maybe/{id:int?}',
  handler: (request) => ({ body: request.params.id ?? 'none' }),
});
app.http('stream', {
  methods: ['GET'],
  handler: () => ({
    body: new ReadableStream({
      start(controller) {
        for (const part of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    }),
  }),
});
app.http('broken', { methods: ['GET'], handler: () => Promise.reject(new Error('this is broken')) });
app.http('empty', { methods: ['GET'], handler: () => undefined });
app.http('text', { methods: ['GET'], handler: () => 'not an object' });
app.http('secured', { methods: ['GET'], authLevel: 'function', handler: () => ({ body: 'in' }) });
app.http('governed', { methods: ['GET'], authLevel: 'admin', handler: () => ({ body: 'in' }) });
app.http('setting', { methods: ['GET'], handler: () => ({ body: settingAtLoad }) });
app.http('logs', {
  methods: ['GET'],
  handler: (_, context) => {
    context.warn('this is', 'a secret');
    return { body: context.invocationId };
  },
});
app.http('leaks', {
  methods: ['GET'],
  handler: () => {
    void Promise.reject(new Error('nobody waits for this'));
    return { body: 'answered' };
  },
});

df.app.client.http('start', {
  methods: ['POST'],
  route: 'start/{name}/{id?}',
  handler: async (request, client) => {
    const text = await request.text();
    const id = await client.startNew(request.params.name, {
      ...(request.params.id && { instanceId: request.params.id }),
      ...(text && { input: JSON.parse(text) }),
    });
    return client.createCheckStatusResponse(request, id);
  },
});

df.app.client.http('client', {
  methods: ['POST'],
  handler: async (request, client) => {
    const { method, args } = await request.json();
    return { jsonBody: (await client[method](...args)) ?? 'done' };
  },
});

df.app.client.http('binding', {
  methods: ['GET'],
  handler: (_, client) => ({ jsonBody: client.clientData }),
});
