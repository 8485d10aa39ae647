import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';

type Json = Record<string, unknown>;

interface Document {
  readonly swagger?: string;
  readonly definitions?: Record<string, Json>;
}

/**
 * A validator for one definition of an OpenAPI document. It also refuses members that the document does not know.
 * `specs` is the folder of the documents, which refer to each other by relative paths.
 */
export function openApiValidator(specs: string, document: string, definition: string) {
  const ajv = new Ajv2019({ strict: false, validateFormats: false, validateSchema: false, allErrors: true });
  const parsed = documents(specs).map(
    (path) => [path, JSON.parse(readFileSync(path, 'utf8')) as Document] as const,
  );
  const open = parsed.filter(([, document]) => document.swagger);
  const bases = new Set(open.flatMap(([, document]) => basesIn(document.definitions ?? {})));
  for (const [path, document] of open) {
    for (const [name, schema] of Object.entries(document.definitions ?? {}))
      if (schema.properties && !schema.additionalProperties && !bases.has(name))
        schema.unevaluatedProperties = false;
    ajv.addSchema(document, uriOf(specs, path));
  }
  const validate = ajv.compile({ $ref: `${uriOf(specs, join(specs, document))}#/definitions/${definition}` });
  return (body: unknown): string[] =>
    validate(body)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
}

/** A base that others extend by `allOf` sees only its own members, so it has to stay open. */
function basesIn(definitions: Record<string, Json>): string[] {
  const extended = Object.values(definitions).flatMap(({ allOf }) => (allOf ?? []) as { $ref?: string }[]);
  return extended.flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? []);
}

const uriOf = (specs: string, path: string) =>
  `https://openapi.example/${relative(specs, path).split('\\').join(posix.sep)}`;

function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !/examples/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}
