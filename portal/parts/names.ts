/** The last part of a resource id: the name that people know. */
export const shortName = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** Ids of Azure resources compare without case. */
export const isSameResource = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();

/** `vpngw-hub in rg-hub`. A text that is no resource id, such as the name of a secret, stays as it is. */
export function nameInGroup(id: string): string {
  const [, group] = /\/resourceGroups\/([^/]+)\//i.exec(id) ?? [];
  return group ? `${shortName(id)} in ${group}` : id;
}
