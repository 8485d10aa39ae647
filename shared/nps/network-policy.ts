/** The policy that NPS comes with and that the article sets to grant: what a request means that names none. */
export const articlePolicy = 'Connections to Microsoft Routing and Remote Access server';

/** In the place of a name: a policy that the gateway has for itself. */
export const ownPolicy = 'own';
