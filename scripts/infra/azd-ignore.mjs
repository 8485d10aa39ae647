/**
 * How azd reads `.funcignore`: the rules of its matcher (denormal/go-gitignore ae8ad1d, pattern.go), which are not
 * git's rules. The last pattern that matches decides. A path with a slash in it is compared as a whole, never by its
 * end.
 *
 * azd asks about the folder `node_modules` (service_target_functionapp.go, 1.23.12 and later) and refuses `remoteBuild:
 * false` when it is ignored. `node_modules/` ignores the folder; `node_modules/*` ignores only what is in it.
 *
 * @param {string} text of the file
 * @returns {(path: string, isFolder?: boolean) => boolean}
 */
export function azdIgnores(text) {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(patternOf);
  return (path, isFolder = false) =>
    patterns.findLast((pattern) => pattern.matches(path, isFolder))?.ignores ?? false;
}

function patternOf(line) {
  const ignores = !line.startsWith('!');
  let rest = ignores ? line : line.slice(1);
  const isAnchored = rest.startsWith('/');
  if (isAnchored) rest = rest.slice(1);
  const isForFolders = rest.endsWith('/');
  if (isForFolders) rest = rest.slice(0, -1);
  const compare = comparison(rest, isAnchored);
  return { ignores, matches: (path, isFolder) => (isFolder || !isForFolders) && compare(path) };
}

function comparison(pattern, isAnchored) {
  const parts = pattern.split('/');
  if (parts.includes('**')) return (path) => matchesParts(path.split('/'), parts);
  const wildcard = new RegExp(`^${expression(pattern, parts.length > 1)}$`);
  if (parts.length > 1 || isAnchored) return (path) => wildcard.test(path);
  return (path) => wildcard.test(path.split('/').at(-1));
}

/** `**` means any number of folders, also none. */
function matchesParts(path, parts) {
  const [part, ...others] = parts;
  if (part === undefined) return path.length === 0;
  if (part === '**')
    return matchesParts(path, others) || (path.length > 0 && matchesParts(path.slice(1), parts));
  return (
    path.length > 0 &&
    new RegExp(`^${expression(part, true)}$`).test(path[0]) &&
    matchesParts(path.slice(1), others)
  );
}

/** `fnmatch`; with FNM_PATHNAME no wildcard means a slash. */
function expression(pattern, slashIsApart) {
  const any = slashIsApart ? '[^/]' : '.';
  return pattern.replace(/\\.|\[!?[^\]]+\]|[*?]|[.+^${}()|[\]\\]/g, (token) => {
    if (token === '*') return `${any}*`;
    if (token === '?') return any;
    if (token.startsWith('[') && token.length > 1) return token.replace('[!', '[^');
    return token.length > 1 ? token : `\\${token}`;
  });
}
