export declare function az(...args: string[]): unknown;
export declare function commandLine(args: readonly string[]): string[];
