export declare const root: string;
export declare function isUpToDate(folder: string): boolean;
