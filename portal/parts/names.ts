/** The last part of a resource id: the name that people know. */
export const shortName = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** Ids of Azure resources compare without case. */
export const isSameResource = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();
