import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { failed } from '../../core/errors.ts';
import { inChunks } from '../../core/json-parts.ts';
import type { Documents } from '../../ports.ts';

/**
 * Documents in a folder, for a host without a storage account. A file appears and changes as a whole, and
 * only its owner may read it.
 */
export function documentsInFolder(folder: string): Documents {
  const root = resolve(folder);
  const fileOf = (name: string) => {
    const file = resolve(root, name);
    if (!file.startsWith(root + sep))
      throw failed('DocumentNameInvalid', 'A document must be inside its folder.', name);
    return file;
  };
  async function freshFile(file: string, content: string | Iterable<string>): Promise<string> {
    const fresh = `${file}.${randomBytes(6).toString('hex')}.new`;
    const written = () => writeFile(fresh, content, { mode: 0o600 });
    await written().catch(async (error: unknown) => {
      nothingIfMissing(error as NodeJS.ErrnoException);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await written();
    });
    return fresh;
  }
  async function list(prefix: string): Promise<string[]> {
    const beneath = dirname(`${prefix}x`);
    const entries = await readdir(join(root, beneath), { recursive: true, withFileTypes: true }).catch(
      nothingIfMissing,
    );
    return (entries ?? [])
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.new'))
      .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll(sep, '/'))
      .filter((name) => name.startsWith(prefix))
      .sort();
  }
  return {
    async write(name, content) {
      const file = fileOf(name);
      await rename(await freshFile(file, content), file);
    },

    async add(name, content) {
      const file = fileOf(name);
      const fresh = await freshFile(file, content);
      try {
        // A hard link is made whole or not at all, and fails when a file of this name exists.
        await link(fresh, file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(fresh, { force: true });
      }
    },

    read: (name) => readFile(fileOf(name), 'utf8').catch(nothingIfMissing),

    async writeParts(name, parts) {
      const file = fileOf(name);
      await rename(await freshFile(file, inChunks(parts())), file);
    },

    async readParts(name) {
      const file = await open(fileOf(name)).catch(nothingIfMissing);
      return file?.createReadStream();
    },

    list,

    async page(prefix, limit, continuation) {
      const names = (await list(prefix)).filter((name) => continuation === undefined || name > continuation);
      const page = names.slice(0, limit);
      return { names: page, ...(names.length > limit && { continuation: page.at(-1)! }) };
    },

    async remove(name) {
      const file = fileOf(name);
      await rm(file, { force: true });
      for (let above = dirname(file); above !== root; above = dirname(above)) {
        const wasRemoved = await rmdir(above).then(
          () => true,
          () => false,
        );
        if (!wasRemoved) return;
      }
    },
  };
}

function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
