import { readdirSync, readFileSync } from 'node:fs';

/** The licences of the packages that a bundle holds, as text. `inputs` are the files that esbuild put into it. */
export function thirdPartyLicenses(root, inputs) {
  const folders = inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(folders)]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
      const files = readdirSync(root + folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
      const texts = files.map((file) => readFileSync(`${root}${folder}/${file}`, 'utf8').trim());
      return [`${name} ${version} (${license ?? 'no licence named'})`, ...texts].join('\n\n');
    })
    .sort()
    .join(`\n\n${'-'.repeat(80)}\n\n`)
    .concat('\n');
}
