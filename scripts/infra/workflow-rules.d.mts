export function workflowMistakes(name: string, text: string): string[];
