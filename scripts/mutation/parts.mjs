/** Pure code. The tests of adapters and of the HTTP part say nothing about it. */
export const pure = ['core', 'gateway', 'nps', 'secret', 'deployment', 'compliance'].map(
  (name) => `shared/${name}`,
);

/** What talks to others. Begins with what harms most when it is wrong. */
export const others = [
  'shared/ticketing',
  'shared/azure/network',
  'shared/azure/wire',
  'shared/azure/vault',
  'shared/azure/storage',
  'shared/azure/machines',
  'functions/records',
  'functions/http',
  'shared/azure',
  'shared/config.ts',
  'functions',
];

/** The part that a file is scored with: the innermost one that holds it. */
export function partOf(file) {
  return [...pure, ...others]
    .filter((part) => file === part || file.startsWith(`${part}/`))
    .reduce((inner, part) => (part.length > inner.length ? part : inner), '');
}
