interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly allowedMemberTypes: readonly string[];
}
export declare const appRoles: readonly AppRole[];
