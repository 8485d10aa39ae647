import { readFileSync } from 'node:fs';
import { type JsonObject, list, object } from '../azure/wire/messages.ts';
import type { Host } from '../host/host.ts';
import { compareRoutes, match, route as templateOf } from '../host/routes.ts';

/** A route of the app, with what `docs/openapi.json` says of it. */
export interface Route {
  /** Such as `POST deployments/{id}/cancel`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly body: JsonObject | undefined;
  /** By status, the schema of the body that is promised, if one is. */
  readonly answers: ReadonlyMap<number, JsonObject | undefined>;
}

/** From where this stands once built, `dist/simulator/fuzz/`. */
const document = new URL('../../../docs/openapi.json', import.meta.url);
const paths = object(object(JSON.parse(readFileSync(document, 'utf8'))).paths);

/** The routes that the app has registered: one that is new is among them without being named here. */
export function routesOf(host: Host): Route[] {
  return host.functions
    .filter(({ type }) => type === 'httpTrigger')
    .map(({ methods, route }) => {
      const method = methods![0]!;
      const path = route!.replace(/^\/?(api\/)?/, '');
      const documented = `/${path.replace(/^signed-in\//, '').replaceAll(/\{\*?(\w+)[^}]*\}/g, '{$1}')}`;
      const operation = object(object(paths[documented])[method.toLowerCase()]);
      const inQuery = list(operation.parameters).filter((parameter) => parameter.in === 'query');
      return {
        name: `${method} ${path}`,
        method,
        path,
        query: inQuery.map(({ name }) => String(name)),
        body: schemaIn(operation.requestBody),
        answers: new Map(
          Object.entries(object(operation.responses)).map(([status, answer]) => [
            Number(status),
            schemaIn(answer),
          ]),
        ),
      };
    });
}

const schemaIn = (part: unknown) =>
  object(object(object(part).content)['application/json']).schema as JsonObject | undefined;

/** The route that a path leads to in truth: an empty id, or one such as `..`, leads to another than it was made for. */
export function routeAt(routes: readonly Route[], method: string, pathname: string): Route | undefined {
  const inOrder = routes
    .map((route) => ({ route, template: templateOf(route.path, [route.method]) }))
    .sort((one, other) => compareRoutes(one.template, other.template));
  const path = pathname.replace(/^\/api\//, '');
  return inOrder.find(({ route, template }) => route.method === method && match(template, path))?.route;
}
