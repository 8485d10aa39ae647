/**
 * Limits of user groups (VPN Gateway: "About user groups and IP address pools for P2S connections"). A group counts
 * once for each client connection configuration that names it, and so do its members.
 */
export const mostGroups = 90;
export const mostMembers = 390;

/** "Address pools can't be smaller than /24" (from the PowerShell steps of the same article). */
export const smallestGroupPool = 24;

/** A policy member with this type gets its value from a RADIUS server. */
export const radiusMember = 'RadiusAzureGroupId';

/**
 * MS-Azure-Policy-ID ([MS-RNAS] 2.2.1.11): four octets that begin with 6ad1bd, "the last two hexadecimal digits may be
 * configured freely".
 */
export const attributeValue = /^6ad1bd[0-9a-f]{2}$/;

export const attributeValues: readonly string[] = [
  ...Array.from({ length: 255 }, (_, index) => index + 1),
  0,
].map((number) => `6ad1bd${number.toString(16).padStart(2, '0')}`);
