import { type Role, rolesFor } from '../../functions/http/roles.ts';

/** How the app wants to be called, as `GET /portal/session` tells it. */
export interface Session {
  readonly authMode: 'key' | 'entra';
  readonly version: string;
  readonly signedIn: { readonly name: string; readonly roles: readonly Role[] } | null;
}

/** Whether the caller may do this, by the app's own table of roles. With a function key everything is allowed. */
export function may(session: Session, method: string, path: string): boolean {
  if (session.authMode === 'key') return true;
  const allowed = rolesFor(method, path) ?? [];
  return session.signedIn?.roles.some((role) => allowed.includes(role)) ?? false;
}

export const home = '/api/portal';

/** Where App Service signs somebody in; it then brings them back to this page. */
export function signInAddress(path: string): string {
  return `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(path)}`;
}

export const signOutAddress = `/.auth/logout?post_logout_redirect_uri=${encodeURIComponent(home)}`;
