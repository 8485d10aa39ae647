import { azdIgnores } from './azd-ignore.mjs';

/**
 * Mistakes in what azd reads and runs, found only by reading the texts. Each rule returns what is wrong.
 *
 * @typedef {{ yaml: string, ignored?: string, hook?: string, az?: string, hasRolesElsewhere?: boolean }} AzdFiles
 *   azure.yaml, .funcignore, infra/subscribe-events.mjs and scripts/az.mjs
 */

/**
 * Such a line means the same in sh, in PowerShell 7, and in Windows PowerShell, which azd uses when there is no other
 * (azure-dev#5570).
 */
const plainCommand = /^node [\w./-]+(?: --?[\w-]+| [\w./-]+)*$/;

const rules = [
  {
    id: 'funcignore',
    find: ({ yaml, ignored }) =>
      ignored !== undefined &&
      /^\s+remoteBuild: false$/m.test(yaml) &&
      azdIgnores(ignored)('node_modules', true)
        ? [
            "azd refuses 'remoteBuild: false' when .funcignore ignores the folder node_modules. Write node_modules/*",
          ]
        : [],
  },
  {
    id: 'azd-version',
    find: ({ yaml, hasRolesElsewhere }) =>
      !hasRolesElsewhere || /^requiredVersions:\n {2}azd: '>= 1\.(?:24\.[1-9]|2[5-9]|[3-9]\d)/m.test(yaml)
        ? []
        : [
            'azure.yaml must require azd 1.24.1 or later. With an earlier version, "azd down" deletes resource groups in which only a role was assigned (azure-dev#2916)',
          ],
  },
  {
    id: 'hook-command',
    find: ({ yaml }) =>
      [...yaml.matchAll(/^\s+run: *(.*)$/gm)]
        .map(([, line]) => line.trim())
        .filter((line) => !plainCommand.test(line))
        .map(
          (line) =>
            `'${line}' means different things in sh, PowerShell 7 and Windows PowerShell. Run a script of Node.js that does the rest`,
        ),
  },
  {
    id: 'preflight-hook',
    find: ({ yaml }) =>
      /^ {2}preprovision:(?:\n {4}.*)*\n {6}run: node scripts\/preflight\.mjs$/m.test(yaml)
        ? []
        : [
            'azure.yaml runs no preflight before it provisions, so people see too late what stops the installation',
          ],
  },
  {
    id: 'hook-subscription',
    find: ({ hook = '' }) =>
      callsOf(hook, 'az')
        .filter((call) => !/\.\.\.scope\b/.test(call))
        .map(
          (call) =>
            `${call.replaceAll(/\s+/g, ' ').slice(0, 80)} names no --subscription: az may be signed in to another one than azd`,
        ),
  },
  {
    id: 'hook-quoting',
    find: ({ hook = '', az = '' }) => [
      ...[hook, az]
        .filter((text) => /\bexec(?:Sync)?\(|\bshell: true\b/.test(text))
        .map(() => 'a command is made as a text for a shell, which splits a path with a space'),
      ...(/\bcommandLine\b/.test(az) && !/args\.map\(\(one\) => `"\$\{/.test(az)
        ? ['az.mjs does not put each argument in quotes for cmd, which splits a path with a space']
        : []),
    ],
  },
];

/** One line for each mistake. @param {AzdFiles} files */
export const azdMistakes = (files) =>
  rules.flatMap(({ id, find }) => find(files).map((what) => `${id}: ${what}`));

/** The calls of a function in a text, each with its arguments. */
function callsOf(text, name) {
  return [...text.matchAll(new RegExp(`(?<![\\w.])${name}\\(`, 'g'))].map(({ index }) => {
    let depth = 0;
    for (let at = index; at < text.length; at++) {
      if (text[at] === '(') depth++;
      if (text[at] === ')' && --depth === 0) return text.slice(index, at + 1);
    }
    return text.slice(index);
  });
}
