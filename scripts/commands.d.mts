interface Command {
  readonly says: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly isBuilt?: boolean;
  readonly steps?: readonly (readonly string[])[];
  readonly program?: string;
}
export declare const commands: Readonly<Record<string, Command>>;
export declare const otherScripts: Readonly<Record<string, Pick<Command, 'says' | 'options'>>>;
export declare function asksForHelp(args: readonly string[]): boolean;
export declare function helpOf(name: string): string;
export declare function helpOfAll(): string;
export declare function helpOfScript(script: string): string | undefined;
