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
        'has 1 to 64 letters, digits, dots, underscores and hyphens, and begins and ends with a letter, digit or underscore',
      ),
    default: z.boolean().optional().meta({
      description:
        'Takes whoever is in no other group. One group of a gateway is it, and it cannot be changed later.',
    }),
    priority: z.int().min(0, 'must be 0 to 1000').max(1000, 'must be 0 to 1000').optional().meta({
      description:
        'Whoever is in several groups is in that with the lowest number. Left out: as the gateway has it, else after those before it in the list.',
    }),
    attribute: z
      .string()
      .overwrite((text) => text.trim().toLowerCase())
      .regex(attributeValue, 'must be 6ad1bd and two hexadecimal digits, such as 6ad1bd08')
      .optional()
      .meta({
        description:
          'The value of MS-Azure-Policy-ID (vendor 311, attribute 65) that NPS sends. Left out: as the gateway has it, else the first that is free.',
      }),
    windowsGroup: windowsGroup.optional().meta({
      description:
        'Whose members are in it. Only the default group may do without: it takes all who are in none.',
    }),
    addressPool: addressPool.default('auto'),
  })
  .superRefine((group, context) => {
    if (!group.windowsGroup && group.default !== true)
      context.addIssue({
        code: 'custom',
        message: 'is missing: only the default group takes users of no Windows group',
        path: ['windowsGroup'],
      });
    if (group.addressPool === 'auto') return;
    for (const [index, prefix] of group.addressPool.entries()) {
      if (!isIpv4Prefix(prefix) || prefixLength(prefix) <= smallestGroupPool) continue;
      context.addIssue({
        code: 'custom',
        message: `is too small: the pool of a user group needs /${smallestGroupPool} at least`,
        path: ['addressPool', index],
      });
    }
  });

/** What can be checked without a read of the gateway. The plan checks the rest. */
export const userGroups = z
  .array(userGroup)
  .max(mostGroups, `a gateway has ${mostGroups} user groups at most`)
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
            message: `${value} is that of another group too`,
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
      'User groups with pools of their own. The whole list of those that are asked for: one left out that was asked for before goes; those that others made stay. Without it, the groups stay as they are.',
  });
