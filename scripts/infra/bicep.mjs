import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

const beside = fileURLToPath(new URL('../../../shared/tools/bicep/bicep', import.meta.url));

/**
 * The Bicep CLI: on PATH, named by `BICEP`, or in a folder of tools beside this checkout; undefined when there is none.
 */
export const findBicep = () =>
  ['bicep', process.env.BICEP, beside].find(
    (one) => one && spawnSync(one, ['--version'], { stdio: 'ignore' }).status === 0,
  );

/**
 * One compiler that answers many questions (`bicep jsonrpc`): to start it and to load Azure's types takes longer than
 * to answer. Parameter files read `env`. The compiler keeps this process alive until `close`.
 */
export function openBicep(cli, env) {
  const compiler = spawn(cli, ['jsonrpc', '--stdio'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(compiler.stdout),
    new StreamMessageWriter(compiler.stdin),
  );
  connection.listen();
  const ended = new Promise((_, reject) => {
    compiler.once('error', reject);
    compiler.once('close', (code, signal) =>
      reject(new Error(`The Bicep compiler has ended: ${signal ?? code}`)),
    );
  });
  ended.catch(() => {});
  /** The connection leaves a question without an answer when the compiler ends. */
  const ask = (what, question) => Promise.race([connection.sendRequest(what, question), ended]);

  return {
    /**
     * The template that the compiler makes of a file, when the file has no error, and what the compiler says against
     * the file and its modules.
     */
    async compile(path) {
      const { contents, diagnostics } = await ask('bicep/compile', { path });
      return { template: contents && JSON.parse(contents), problems: diagnostics.map(lineOf) };
    },

    /** What the compiler says against a parameter file and its template. */
    async problemsOf(path) {
      const { diagnostics } = await ask('bicep/compileParams', {
        path,
        parameterOverrides: {},
      });
      return diagnostics.map(lineOf);
    },

    /** The resources that a deployment of a parameter file would make, predicted without Azure. */
    async predict(path, metadata) {
      const request = { path, metadata, externalInputs: [] };
      const { snapshot } = await ask('bicep/getSnapshot', request);
      return JSON.parse(snapshot).predictedResources;
    },

    close() {
      connection.end();
    },
  };
}

const lineOf = ({ source, range: { start }, level, code, message }) =>
  `${source}(${start.line + 1},${start.char + 1}) : ${level} ${code}: ${message}`;
