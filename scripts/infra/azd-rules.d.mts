export interface AzdFiles {
  readonly yaml: string;
  readonly ignored?: string;
  readonly hook?: string;
  readonly az?: string;
  readonly hasRolesElsewhere?: boolean;
}

export function azdMistakes(files: AzdFiles): readonly string[];
