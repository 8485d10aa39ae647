/** What a file of tests has left open, and how it is closed. The file after it may run in the same process. */
export const leftOpen = new Set<() => Promise<void>>();
