export interface Compiler {
  compile(path: string): Promise<{ template?: unknown; problems: string[] }>;
  problemsOf(path: string): Promise<string[]>;
  predict(
    path: string,
    metadata: { subscriptionId: string; resourceGroup?: string; location?: string },
  ): Promise<unknown[]>;
  close(): void;
}
export declare function findBicep(): string | undefined;
export declare function openBicep(cli: string, env: NodeJS.ProcessEnv): Compiler;
