/** The last part of a resource id: the name that people know. */
export const shortName = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
