export declare function replaceDist(root: string, built: string): void;
export declare function removeLeftOvers(root: string): void;
