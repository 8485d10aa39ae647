/** Sources that a run of their part leaves out, with the reason. With --only and its name a file can still be mutated. */
export const leftOut = {
  'shared/gateway/creation-looks.ts':
    'its innermost loop runs about a hundred million times in its tests (test/shared/gateway/pace.test.ts), so one mutant takes up to a minute',
};
