/**
 * Removes secrets and their owners from what is recorded: by the name of a member, by its form, and by value wherever a value
 * that is known to be secret appears again, as it is or encoded. The texts that replace them can be sent to the simulator.
 */
export const standIn = 'taken out';

const secretName =
  /secret|passw|pwd|sharedkey|accountkey|primarykey|secondarykey|privatekey|token|connectionstring|credential|signature|cookie|protectedparameters|^keys?\d?$|^sas$|^sig$/i;
/** Belongs to somebody, but does not appear elsewhere, for example the claims of an event. */
const privateName = /^(?:claims|popreceipt|createdby|lastmodifiedby|createdbyidentity)$/i;
/** Has a name like a secret, but is none. */
const harmless = /^(?:keyToSign|keyName|signedResourceTypes|signedServices)$/;

/** Long enough that it does not appear somewhere by chance. */
const long = 8;

export function takenOut() {
  const known = new Map();

  /** A value that must not be recorded. `instead` replaces it. A shorter value would be found everywhere. */
  function know(value, instead = standIn, shortest = long) {
    if (typeof value === 'string' && value.length >= shortest) known.set(value, instead);
  }

  function learn(value, isSecret = false) {
    if (typeof value === 'string' && isSecret && !/^(?:\/subscriptions\/|taken out)/i.test(value))
      know(value);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value))
      learn(member, isSecret || isSecretMember(value, name));
  }

  /** What is recorded. All values are learned first, so a value is also removed where it appeared before its name. */
  function clean(value) {
    learn(value);
    const shapes = [...known].flatMap(([secret, instead]) =>
      shapesOf(secret).map((shape) => [shape, instead]),
    );
    // A longer one may contain a shorter one.
    shapes.sort(([one], [other]) => other.length - one.length);
    return cleaned(value, shapes);
  }

  return { know, clean };
}

const isSecretMember = (owner, name) =>
  (secretName.test(name) && !harmless.test(name)) ||
  (/^authorization$/i.test(name) && typeof owner[name] === 'string') ||
  (name === 'value' && typeof owner.name === 'string' && secretName.test(owner.name));

function cleaned(value, shapes, isSecret = false) {
  if (Array.isArray(value)) return value.map((one) => cleaned(one, shapes, isSecret));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        textWithout(name, shapes),
        cleaned(member, shapes, isSecret || isSecretMember(value, name) || privateName.test(name)),
      ]),
    );
  if (isSecret && (typeof value === 'number' || (typeof value === 'string' && value !== ''))) return standIn;
  return typeof value === 'string' ? textWithout(value, shapes) : value;
}

function textWithout(text, shapes) {
  let left = text;
  for (const [shape, instead] of shapes)
    if (left.toLowerCase().includes(shape.toLowerCase()))
      left = left.replaceAll(new RegExp(escaped(shape), 'gi'), instead);
  for (const [look, instead] of looks) left = left.replace(look, instead);
  return left.replace(base64, (run) => (hides(run, shapes) ? standIn : run));
}

const base64 = /[A-Za-z0-9+/_-]{11,}={0,2}/g;

/** Whether base64 contains a secret, or base64 that does. Its letters depend on the position of the secret, and a path may come before it. */
function hides(run, shapes, depth = 0) {
  return [0, 1, 2, 3].some((from) =>
    ['utf8', 'utf16le'].some((encoding) => {
      const inner = Buffer.from(run.slice(from), 'base64').toString(encoding);
      return (
        shapes.some(([shape]) => shape.length >= long && inner.includes(shape)) ||
        (depth < 2 && [...inner.matchAll(base64)].some(([one]) => hides(one, shapes, depth + 1)))
      );
    }),
  );
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function shapesOf(secret) {
  if (secret.length < long) return [secret];
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    Buffer.from(secret, 'utf16le').toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ];
}

const looks = [
  // The query of an address may be a signature: an operation's is.
  [/(https?:\/\/[^\s"'<>?]+)\?([^\s"'<>]*)/g, (_, address, query) => `${address}?${queryWithout(query)}`],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, standIn],
  [/\b(Bearer|Basic|SharedKey|SharedAccessSignature)\s+[\w.~+/:-]{16,}=*/gi, `$1 ${standIn}`],
  [
    /\b(AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|ClientSecret|sig)=(?!taken)[^;&\s"'<>]+/gi,
    `$1=${standIn}`,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, standIn],
  // The key of a storage account.
  [/[A-Za-z0-9+/]{86}==/g, standIn],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, 'someone@example.com'],
];

/** The parts of a query that contain no signature. */
export const queryWithout = (query) =>
  query
    .split('&')
    .map((pair) =>
      /^(?:api-version|\$\w+|numofmessages|visibilitytimeout)=/i.test(pair)
        ? pair
        : pair.replace(/=.*/, '=…'),
    )
    .join('&');
