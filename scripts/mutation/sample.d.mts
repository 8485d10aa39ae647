export declare function sampleOf<T>(all: readonly T[], most: number, seed: number): T[];
