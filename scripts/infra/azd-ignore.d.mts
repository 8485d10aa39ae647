export declare function azdIgnores(text: string): (path: string, isFolder?: boolean) => boolean;
