import { readFileSync } from 'node:fs';

/**
 * Ends the process with a sentence when Node.js is older than `engines` in package.json requires. This file itself runs
 * on old versions.
 */
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');

function isOlder(one, other) {
  const [ours, theirs] = [one, other].map((version) => version.split('.').map(Number));
  const at = theirs.findIndex((part, index) => (ours[index] || 0) !== part);
  return at >= 0 && (ours[at] || 0) < theirs[at];
}

if (isOlder(process.versions.node, needed)) {
  console.error(
    `This needs Node.js ${needed} or later. This is ${process.versions.node}. Install a newer version from https://nodejs.org or with your version manager (nvm install 22).`,
  );
  process.exit(1);
}
