const { app } = require('@azure/functions');
const df = require('durable-functions');
const { greeting } = require('./greeting.js');

df.app.activity('greet', { handler: (name) => `${greeting}, ${name}` });

df.app.orchestration('greetAll', function* (context) {
  const names = context.df.getInput();
  return yield context.df.Task.all(names.map((name) => context.df.callActivity('greet', name)));
});

app.get('hello', {
  route: 'hello/{name}',
  handler: (request) => ({ body: `${greeting}, ${request.params.name}` }),
});

df.app.client.http('greetings', {
  methods: ['POST'],
  handler: async (request, client) => ({
    status: 202,
    jsonBody: { id: await client.startNew('greetAll', { input: await request.json() }) },
  }),
});
