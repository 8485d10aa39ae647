import type { Compiler } from './bicep.mjs';

export declare function problemsIn(
  folder: string,
  compiler: Compiler,
): Promise<{ problems: string[]; templates: number; parameters: number; types: string[] }>;
