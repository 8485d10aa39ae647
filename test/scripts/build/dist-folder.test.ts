import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isUpToDate } from '../../../scripts/build/build-record.mjs';
import { removeLeftOvers, replaceDist } from '../../../scripts/build/dist-folder.mjs';

let root: string;
beforeEach(() => {
  root = `${mkdtempSync(`${tmpdir()}/vpn-radius-dist-`)}/`;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A build with these files, and its record of itself. */
function built(name: string, files: Readonly<Record<string, string>>) {
  const all = {
    ...files,
    'build.json': JSON.stringify({
      files: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.length])),
    }),
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(`${root}${name}/${file}`), { recursive: true });
    writeFileSync(`${root}${name}/${file}`, text);
  }
}
const inDist = () =>
  readdirSync(`${root}dist`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'build.json')
    .map((entry) => entry.name)
    .toSorted();

it('a new build keeps the parts that a running process may still load, for one build', () => {
  built('.build-1', { 'functions/app.js': 'one', 'functions/part-A.js': '', 'portal/old.js': '' });
  replaceDist(root, '.build-1');
  built('.build-2', { 'functions/app.js': 'two', 'functions/part-B.js': '' });
  replaceDist(root, '.build-2');
  expect(inDist()).toEqual(['app.js', 'part-A.js', 'part-B.js']);
  expect(readFileSync(`${root}dist/functions/app.js`, 'utf8')).toBe('two');
  built('.build-3', { 'functions/app.js': 'three', 'functions/part-C.js': '' });
  replaceDist(root, '.build-3');
  expect(inDist()).toEqual(['app.js', 'part-B.js', 'part-C.js']);
  expect(readdirSync(root)).toEqual(['dist']);
});

it('what a build that was killed has left goes with the next; what runs is left alone', () => {
  const { pid: ended } = spawnSync(process.execPath, ['--eval', '']);
  for (const name of [`.build-${ended}`, `.build-${ended}-before`, `.build-${process.pid}`])
    mkdirSync(root + name);
  removeLeftOvers(root);
  expect(readdirSync(root)).toEqual([`.build-${process.pid}`]);
});

it('a build without a record, or of other sources, is not up to date', () => {
  expect(isUpToDate(root)).toBe(false);
  built('dist', { 'functions/app.js': 'one' });
  expect(isUpToDate(`${root}dist`)).toBe(false);
});
