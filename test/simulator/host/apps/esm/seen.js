/** What the functions of this app have seen: one list for each load of the app, in `globalThis` for the tests. */
export const seen = [];
globalThis.seenByApp = seen;
