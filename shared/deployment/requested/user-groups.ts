import * as z from 'zod';
import { isIpv4Prefix, prefixLength } from '../../core/prefixes.ts';
import { attributeValue, mostGroups, smallestGroupPool } from '../../gateway/groups/limits.ts';
import { addressPool } from './address-pool.ts';

/** `DOMAIN\name`, or the SID of a domain group: a condition of NPS holds one of these in the end. */
const windowsGroup = z
  .string()
  .max(255, 'must not be longer than 255 characters')
  .regex(
    /^(?:S-1-5-21(?:-\d{1,10}){4}|[^\p{Cc}"/\\[\]:;|=,+*?<>\s]{1,63}\\[^\p{Cc}"/\\[\]:;|=,+*?<>]*[^\p{Cc}"/\\[\]:;|=,+*?<>\s])$/u,
    'must be a group as DOMAIN\\name, or its SID (S-1-5-21-…)',
  );

const userGroup = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9_])?$/i,
        'must have 1 to 64 letters, digits, dots, underscores and hyphens, and must begin and end with a letter, digit or underscore',
      ),
    default: z.boolean().optional().meta({
      description:
        'Users who are in no other group are in this one. A gateway has exactly one default group, and this cannot be changed later.',
    }),
    priority: z.int().min(0, 'must be 0 to 1000').max(1000, 'must be 0 to 1000').optional().meta({
      description:
        'A user who is in several groups is in the one with the lowest number. Default: as the gateway has it, otherwise after the groups before it in the list.',
    }),
    attribute: z
      .string()
      .overwrite((text) => text.trim().toLowerCase())
      .regex(attributeValue, 'must be 6ad1bd and two hexadecimal digits, such as 6ad1bd08')
      .optional()
      .meta({
        description:
          'The value of MS-Azure-Policy-ID (vendor 311, attribute 65) that NPS sends. Default: as the gateway has it, otherwise the first free value.',
      }),
    windowsGroup: windowsGroup.optional().meta({
      description:
        'The Windows group whose members are in this user group. Only the default group may have none: it contains all users who are in no other group.',
    }),
    addressPool: addressPool.default('auto'),
  })
  .superRefine((group, context) => {
    if (!group.windowsGroup && group.default !== true)
      context.addIssue({
        code: 'custom',
        message: 'is missing: only the default group may be without a Windows group',
        path: ['windowsGroup'],
      });
    if (group.addressPool === 'auto') return;
    for (const [index, prefix] of group.addressPool.entries()) {
      if (!isIpv4Prefix(prefix) || prefixLength(prefix) <= smallestGroupPool) continue;
      context.addIssue({
        code: 'custom',
        message: `is too small: the pool of a user group must be at least /${smallestGroupPool}`,
        path: ['addressPool', index],
      });
    }
  });

/** What can be checked without a read of the gateway. The plan checks the rest. */
export const userGroups = z
  .array(userGroup)
  .max(mostGroups, `a gateway can have at most ${mostGroups} user groups`)
  .superRefine((groups, context) => {
    const twice = (field: 'name' | 'priority' | 'attribute' | 'windowsGroup') => {
      const seen = new Set<string>();
      for (const [index, group] of groups.entries()) {
        const value = group[field];
        if (value === undefined) continue;
        const key = String(value).toLowerCase();
        if (seen.has(key))
          context.addIssue({
            code: 'custom',
            message: `${value} is used by another group too`,
            path: [index, field],
          });
        seen.add(key);
      }
    };
    for (const field of ['name', 'priority', 'attribute', 'windowsGroup'] as const) twice(field);
    for (const [index, group] of groups.entries())
      if (group.default && groups.findIndex((one) => one.default) !== index)
        context.addIssue({
          code: 'custom',
          message: 'only one group can be the default',
          path: [index, 'default'],
        });
  })
  .meta({
    description:
      'User groups with their own pools. Give the whole list of the requested groups: a group that an earlier request contained and this one does not is removed. Groups that others made stay. Without this field, the groups stay as they are.',
  });
