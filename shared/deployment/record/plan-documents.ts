/** Where the plans of a deployment are kept among the records. */
export const planDocuments = (deploymentId: string) => `plans/${deploymentId}/`;
export const planDocument = (deploymentId: string, digest: string) =>
  `${planDocuments(deploymentId)}${digest}.json`;
