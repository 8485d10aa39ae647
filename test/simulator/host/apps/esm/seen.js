/** What the functions of this app have seen: one list per load of the app, reachable by `globalThis` for the tests. */
export const seen = [];
globalThis.seenByApp = seen;
