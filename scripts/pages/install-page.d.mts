export function installPage(text?: string): string;
export function parametersIn(text: string): { readonly name: string }[];
