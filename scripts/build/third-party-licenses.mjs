import { readdirSync, readFileSync } from 'node:fs';

/** The licences of the packages that a bundle holds, as text. `inputs` are the files that esbuild put into it. */
export function thirdPartyLicenses(root, inputs) {
  const folders = inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(folders)]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
      const files = readdirSync(root + folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
      const texts = files.map((file) => readFileSync(`${root}${folder}/${file}`, 'utf8').trim());
      if (texts.length === 0) texts.push(withoutFile(`${root}${folder}`));
      return [`${name} ${version} (${license ?? 'no licence named'})`, ...texts].join('\n\n');
    })
    .sort()
    .join(`\n\n${'-'.repeat(80)}\n\n`)
    .concat('\n');
}

/** Some packages have their licence only in the README, and some name it without the text, which has to be passed on. */
function withoutFile(folder) {
  const { name, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const readme = readdirSync(folder).find((file) => /^readme\.md$/i.test(file));
  const section =
    readme && /^(?:#+ *)?licen[cs]e\b[\s\S]*/im.exec(readFileSync(`${folder}/${readme}`, 'utf8'))?.[0];
  if (section?.includes('WITHOUT WARRANTY')) return section.trim();
  if (license !== 'MIT') throw new Error(`${name} has no text of its licence (${license}).`);
  return mit.replace('…', author?.name ?? author ?? `the authors of ${name}`);
}

const mit = `Copyright (c) …

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
