interface Command {
  readonly says: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly isBuilt?: boolean;
  readonly steps?: readonly (readonly string[])[];
  readonly program?: string;
}
export declare const commands: Readonly<Record<string, Command>>;
export declare function helpOf(name: string): string;
