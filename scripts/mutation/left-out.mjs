/** Sources that a run of their part leaves out, with the reason. With --only and its name a file can still be mutated. */
export const leftOut = {
  'functions/records/answer-turns.ts':
    'a mutant that gives no turn back keeps each of its tests waiting for a minute (test/functions/records/answer-turns.test.ts)',
  'shared/gateway/creation-looks.ts':
    'its innermost loop runs about a hundred million times in its tests (test/shared/gateway/pace.test.ts), so one mutant takes up to a minute',
  'shared/nps/radius/probe.ts':
    'its tests wait for answers that do not come (test/shared/nps/radius/probe.test.ts), so a run does not ask them',
  'shared/nps/script.ts':
    'it puts the script together once in a process, before most mutants are asked about; test/nps/module.test.ts looks at the script and plays it',
};
