/**
 * The policy that is part of NPS, and that the article sets to grant. A request that names no policy means this one.
 */
export const articlePolicy = 'Connections to Microsoft Routing and Remote Access server';

/** Used in place of a name: a policy for this gateway alone. */
export const ownPolicy = 'own';
