/** How to close what a file of tests has left open. The next file may run in the same process. */
export const leftOpen = new Set<() => Promise<void>>();
