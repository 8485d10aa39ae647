/**
 * Whether the event of a write comes when its operation ends. The events of the resource group go to a storage queue
 * in the same group while the gateway is updated.
 */
const versions = { events: '2022-06-15', storage: '2023-05-01' };

/** Makes the account, the queue, the topic and the subscription. Returns how to read the queue. */
export async function subscribed({ made, send, know }, world, name) {
  const account = `${world.groupId}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const topic = `${world.groupId}/providers/Microsoft.EventGrid/systemTopics/conformance`;
  const storage = { version: versions.storage };
  const { body } = await made(
    account,
    {
      location: world.location,
      sku: { name: 'Standard_LRS' },
      kind: 'StorageV2',
      properties: { minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false },
    },
    storage,
  );
  await made(`${account}/queueServices/default/queues/events`, { properties: {} }, storage);
  const events = { version: versions.events };
  await made(
    topic,
    {
      location: 'global',
      properties: { source: world.groupId, topicType: 'Microsoft.Resources.ResourceGroups' },
    },
    events,
  );
  await made(
    `${topic}/eventSubscriptions/queue`,
    {
      properties: {
        destination: {
          endpointType: 'StorageQueue',
          properties: { resourceId: account, queueName: 'events', queueMessageTimeToLiveInSeconds: 86_400 },
        },
        eventDeliverySchema: 'EventGridSchema',
        filter: { includedEventTypes: ['Microsoft.Resources.ResourceWriteSuccess'] },
      },
    },
    events,
  );
  const access = await send(
    'POST',
    `${account}/listAccountSas`,
    {
      signedServices: 'q',
      signedResourceTypes: 'o',
      signedPermission: 'p',
      signedProtocol: 'https',
      signedExpiry: new Date(Date.now() + 6 * 60 * 60_000).toISOString(),
      keyToSign: 'key1',
    },
    storage,
  );
  const token = access.body?.accountSasToken;
  if (!token)
    throw new Error(`the queue cannot be read: ${access.code ?? access.status} ${access.message ?? ''}`);
  know(token);
  // Messages that were read are hidden for an hour: each comes once.
  const address = `${body.properties.primaryEndpoints.queue}events/messages?numofmessages=32&visibilitytimeout=3600&${token}`;
  return async () => {
    const { status, body: messages } = await send('GET', address, undefined, {
      headers: { 'x-ms-version': '2021-12-02' },
      readAs: messagesIn,
    });
    if (status !== 200) throw new Error(`the queue cannot be read: ${status}`);
    return messages;
  };
}

/** Azure Queue Storage answers XML. Event Grid puts its events there in base64. With a receipt, others could delete messages. */
function messagesIn(xml) {
  return [...xml.matchAll(/<QueueMessage>([\s\S]*?)<\/QueueMessage>/g)].map(([, message]) => {
    const member = (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(message)?.[1] ?? '';
    return { insertedAt: member('InsertionTime'), event: eventIn(member('MessageText')) };
  });
}

function eventIn(text) {
  for (const each of [Buffer.from(text, 'base64').toString('utf8'), text])
    try {
      return JSON.parse(each);
    } catch {
      // The other form, or none: reported as it came.
    }
  return text;
}

/** `seen` are the states of the gateway that were read during the update, with the time that Azure gave each answer. */
export async function eventLook({ pause, readEvents, world, seen }) {
  const began = seen[0]?.at;
  const busy = seen.filter(({ state }) => state === 'Updating').at(-1)?.at;
  const ended = seen.at(-1)?.at;
  if (busy === undefined || busy <= began)
    return { verdict: 'not looked at', saw: 'the update ended before it was looked at twice' };
  for (let tries = 0; tries < 20; tries++) {
    const times = (await readEvents())
      .map(({ event }) => event)
      .filter(({ subject }) => subject?.toLowerCase() === world.gatewayId.toLowerCase())
      .map(({ eventTime }) => Date.parse(eventTime))
      .filter((at) => at >= began - 2000);
    if (times.length > 0) {
      const at = Math.min(...times);
      const after = (from) => `${Math.round((at - from) / 1000)} s after`;
      return {
        verdict: at >= busy ? 'confirmed' : 'contradicted',
        saw: `the event came ${after(began)} the write was accepted. The update was seen to run for ${Math.round((busy - began) / 1000)} s and to have ended after ${Math.round((ended - began) / 1000)} s`,
      };
    }
    await pause();
  }
  return { verdict: 'not looked at', saw: 'no event of the update came' };
}
