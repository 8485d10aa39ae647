import { readFileSync } from 'node:fs';
import { type JsonObject, list, object } from '../azure/wire/messages.ts';
import type { Host } from '../host/host.ts';
import { compareRoutes, matchRoute, parseRoute as templateOf } from '../host/triggers/routes.ts';

/** A route of the app, with what `docs/openapi.json` says of it. */
export interface DocumentedRoute {
  /** For example `POST deployments/{id}/cancel`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly body: JsonObject | undefined;
  /** For each status the schema of the promised body, if there is one. */
  readonly answers: ReadonlyMap<number, JsonObject | undefined>;
}

/** Relative to the built file in `dist/simulator/fuzz/`. */
const document = new URL('../../../docs/openapi.json', import.meta.url);
const paths = object(object(JSON.parse(readFileSync(document, 'utf8'))).paths);

/** The routes that the app has registered. A new route is among them without being named here. */
export function routesOf(host: Host): DocumentedRoute[] {
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

/** The route that a path really leads to: an empty id, or an id such as `..`, leads to another route than intended. */
export function routeAt(
  routes: readonly DocumentedRoute[],
  method: string,
  pathname: string,
): DocumentedRoute | undefined {
  const inOrder = routes
    .map((route) => ({ route, template: templateOf(route.path, [route.method]) }))
    .sort((one, other) => compareRoutes(one.template, other.template));
  const path = pathname.replace(/^\/api\//, '');
  return inOrder.find(({ route, template }) => route.method === method && matchRoute(template, path))?.route;
}
