/**
 * The ids of a user of Jira (`accountId`, `emailAddress`; in the data center `name`, `key`) or of a reference of
 * ServiceNow (`value`, or the bare `sys_id`).
 */
export function identitiesOf(person: unknown): string[] {
  const { accountId, emailAddress, name, key, value } = (
    typeof person === 'object' && person ? person : {}
  ) as Record<string, unknown>;
  const sysId = typeof person === 'string' && /^[0-9a-f]{32}$/i.test(person.trim()) ? person.trim() : value;
  // A person who was made anonymous has an id of zeros, which belongs to nobody.
  return [accountId, emailAddress, name, key, sysId].filter(
    (id): id is string => typeof id === 'string' && !/^(?:\d+:)?[0-]*$/.test(id),
  );
}
