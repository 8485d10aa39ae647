interface Names {
  readonly resourceGroup: string;
  readonly storageAccount: string;
  readonly vault: string;
  readonly app: string;
  readonly topic: string;
}
export declare function namesOf(
  subscriptionId: string,
  name: string,
  location: string,
  resourceGroup?: string,
): Names;
