/** One line for each mistake in a workflow of GitHub Actions. */
export const workflowMistakes = (name, text) =>
  text
    .split('\n')
    .filter((line) => /^\s*(?:- )?uses:/.test(line) && !isByCommit(line))
    .map(
      (line) =>
        `action-by-commit: ${name}: '${line.trim()}' can become another program under the same name. Write the commit, and the version as a comment`,
    );

const isByCommit = (line) => /uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line);
