import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Route {
  method: string;
  pattern: RegExp;
  template: string;
  file: string;
  pointer: string;
  operation: Json;
}

/** The OpenAPI documents of a folder: the schema that a request and its answers have to satisfy. */
export interface Specs {
  files: number;
  /** What is wrong with a request body and an answer; throws when no document knows the route or the status. */
  problems(exchange: {
    method: string;
    url: string;
    request?: unknown;
    status: number;
    response: unknown;
  }): string[];
  /** What is wrong with a value, by one definition of one document. */
  problemsBy(file: string, definition: string, value: unknown): string[];
}

function documentsUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.json') && !/\/examples(\/|$)/.test(entry.parentPath),
    )
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((file) => !/SOURCES|bicep-types/.test(file));
}

export function readSpecs(folder: string): Specs {
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, logger: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  // Dates of Azure have seven digits of fraction, and Resource Graph's parser wants no format.
  ajv.addFormat('date-time', (value: string) => !Number.isNaN(Date.parse(value)));
  const documents = new Map<string, Json>();
  const routes: Route[] = [];
  for (const path of documentsUnder(folder)) {
    const file = pathToFileURL(path).href;
    const document = JSON.parse(readFileSync(path, 'utf8')) as Json;
    documents.set(file, document);
    ajv.addSchema(document, file);
    for (const [template, methods] of Object.entries((document.paths ?? {}) as Record<string, Json>)) {
      const source = template
        .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
        .replace(/\{[^}]+\}$/, '[^/]*')
        .replace(/\{[^}]+\}/g, '[^/]+');
      for (const [method, operation] of Object.entries(methods)) {
        const pointer = `/paths/${template.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`;
        const pattern = new RegExp(`^${source}/?$`, 'i');
        routes.push({
          method: method.toUpperCase(),
          pattern,
          template,
          file,
          pointer,
          operation: operation as Json,
        });
      }
    }
  }

  const compiled = new Map<string, ValidateFunction>();
  const check = (reference: string, value: unknown): string[] => {
    if (!compiled.has(reference)) compiled.set(reference, ajv.compile({ $ref: encodeURI(reference) }));
    const validate = compiled.get(reference)!;
    const wrong = validate(value)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
    return [...wrong, ...unknownMembers(reference, value, '')];
  };

  const resolve = (reference: string): { schema: Json; file: string } => {
    const [file, pointer = ''] = reference.split('#') as [string, string?];
    const parts = pointer
      .split('/')
      .slice(1)
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
    const schema = parts.reduce<unknown>((at, part) => (at as Json | undefined)?.[part], documents.get(file));
    return { schema: (schema ?? {}) as Json, file };
  };

  /** Members that a schema does not name. A validator accepts them, but a service does not invent them. */
  const unknownMembers = (reference: string, value: unknown, at: string): string[] => {
    const { schema, file } = resolve(reference);
    return membersBeyond(schema, file, value, at);
  };
  const membersBeyond = (schema: Json, file: string, value: unknown, at: string): string[] => {
    if (Array.isArray(value)) {
      return isObject(schema.items)
        ? value.flatMap((member, index) =>
            membersBeyond(schema.items as Json, file, member, `${at}/${index}`),
          )
        : [];
    }
    if (typeof schema.$ref === 'string') return unknownMembers(new URL(schema.$ref, file).href, value, at);
    if (!isObject(value)) return [];
    const { members, open } = allMembers(schema, file);
    if (open || members.size === 0) return [];
    return Object.entries(value).flatMap(([name, member]) => {
      const known = members.get(name);
      return known
        ? membersBeyond(known.schema, known.file, member, `${at}/${name}`)
        : [`${at}/${name} is not in the schema`];
    });
  };
  const allMembers = (
    schema: Json,
    file: string,
  ): { members: Map<string, { schema: Json; file: string }>; open: boolean } => {
    if (typeof schema.$ref === 'string') {
      const next = resolve(new URL(schema.$ref, file).href);
      return allMembers(next.schema, next.file);
    }
    const members = new Map<string, { schema: Json; file: string }>();
    let open = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
    for (const part of (schema.allOf ?? []) as Json[]) {
      const inherited = allMembers(part, file);
      open ||= inherited.open;
      for (const [name, member] of inherited.members) members.set(name, member);
    }
    for (const [name, member] of Object.entries((schema.properties ?? {}) as Record<string, Json>)) {
      members.set(name, { schema: member, file });
    }
    return { members, open };
  };

  const bodyParameter = (route: Route): string | undefined => {
    const parameters = (route.operation.parameters ?? []) as Json[];
    const index = parameters.findIndex((parameter) => parameter.in === 'body');
    return index === -1 ? undefined : `${route.file}#${route.pointer}/parameters/${index}/schema`;
  };

  return {
    files: documents.size,
    problemsBy: (file, definition, value) =>
      check(`${pathToFileURL(`${folder}/${file}`).href}#/definitions/${definition}`, value),
    problems({ method, url, request, status, response }) {
      const path = new URL(url).pathname;
      const route = routes
        .filter((one) => one.method === method && one.pattern.test(path))
        .sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0];
      if (!route) throw new Error(`No specification has ${method} ${path}.`);
      const responses = route.operation.responses as Record<string, Json>;
      const answer = responses[String(status)] ? String(status) : 'default';
      if (!responses[answer] || (answer === 'default' && status < 400)) {
        throw new Error(`The specification of ${method} ${route.template} has no answer ${status}.`);
      }
      const asked = request === undefined ? undefined : bodyParameter(route);
      const shape = responses[answer].schema
        ? `${route.file}#${route.pointer}/responses/${answer}/schema`
        : undefined;
      return [
        ...(asked ? check(asked, request).map((problem) => `request ${problem}`) : []),
        ...(shape && response !== null ? check(shape, response).map((problem) => `answer ${problem}`) : []),
      ];
    },
  };
}
