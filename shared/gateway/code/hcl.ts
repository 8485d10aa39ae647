/** The part of HashiCorp's configuration language that a resource is written in. */

/** What Terraform is to calculate: a reference instead of a text. */
export class Reference {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Value =
  | string
  | number
  | boolean
  | Reference
  | readonly Value[]
  | { readonly [name: string]: Value };

/** Arguments without a value are left out. */
export interface Block {
  readonly arguments: Readonly<Record<string, Value | undefined>>;
  readonly blocks?: readonly (readonly [name: string, block: Block])[];
}

export function blockLines(header: string, block: Block, indent = ''): string[] {
  const inner = `${indent}  `;
  const given = Object.entries(block.arguments).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...given.map(([name]) => name.length));
  return [
    `${indent}${header} {`,
    ...given.map(([name, value]) => `${inner}${name.padEnd(width)} = ${hclValue(value!, inner)}`),
    ...(block.blocks ?? []).flatMap(([name, one], index) => [
      ...(given.length + index > 0 ? [''] : []),
      ...blockLines(name, one, inner),
    ]),
    `${indent}}`,
  ];
}

function hclValue(value: Value, indent: string): string {
  if (value instanceof Reference) return value.text;
  if (typeof value === 'string') return hclString(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((entry) => hclValue(entry, indent)).join(', ')}]`;
  const lines = Object.entries(value as Readonly<Record<string, Value>>).map(
    ([name, member]) => `${indent}  ${hclString(name)} = ${hclValue(member, `${indent}  `)}`,
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

/** https://developer.hashicorp.com/terraform/language/expressions/strings: a text must not start a template. */
function hclString(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign)
    .replaceAll(/\p{Cc}/gu, (sign) => `\\u${sign.codePointAt(0)!.toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}
