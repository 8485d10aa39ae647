/** The policy of Microsoft's article. Every NPS server has it, and it denies as installed. */
export const articlePolicy = 'Connections to Microsoft Routing and Remote Access server';
