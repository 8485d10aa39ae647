import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * The operations page: one script, one style sheet and the document that names them. Each has a compressed copy beside
 * it, because the Functions host compresses nothing. Returns the files that esbuild put into it.
 */
export async function buildPage(root, out) {
  const folder = `${root}${out}/portal`;
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['portal/page.tsx'],
    outdir: `${out}/portal`,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  mkdirSync(folder, { recursive: true });
  const keep = (name, contents) => {
    writeFileSync(`${folder}/${name}`, contents);
    writeFileSync(`${folder}/${name}.gz`, gzipSync(contents, { level: 9 }));
  };
  const names = outputFiles.map(({ path, contents }) => {
    const name = path.split(/[\\/]/).at(-1);
    keep(name, contents);
    return name;
  });
  const named = (kind) => names.find((name) => name.endsWith(kind));
  const document = readFileSync(`${root}portal/index.html`, 'utf8')
    .replace('page.tsx', named('.js'))
    .replace('page.css', named('.css'));
  keep('index.html', document);
  keep('icon.svg', readFileSync(`${root}portal/icon.svg`));
  return Object.keys(metafile.inputs);
}
