interface HostJson {
  readonly extensionBundle: { readonly id: string; readonly version: string };
  readonly extensions: {
    readonly durableTask: {
      readonly hubName: string;
      readonly storageProvider?: { readonly type?: string; readonly connectionStringName?: string };
    };
  };
}
export declare const backends: readonly string[];
export declare function hostJson(backend?: string): HostJson;
export declare function backendOf(host: HostJson): string;
