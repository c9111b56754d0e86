import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The app that this server is for. */
export interface Credentials {
  appId: string;
  key: string;
  secret: string;
}

/** HMAC-SHA256 as lower-case hex, the only signature Pusher knows. */
export function sign(secret: string, text: string | Buffer): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Compares without telling by its duration where two strings differ, nor how long the right one is. */
export function isSameText(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/**
 * Checks the `key:signature` a client brought from the app's authorisation endpoint against the text that
 * endpoint signed. Gives the reason to refuse it, in the hosted service's words, or to `null`.
 */
export function refuseClientAuth(credentials: Credentials, auth: string, signed: string): string | null {
  const colon = auth.indexOf(':');
  if (colon < 0) return "Auth value is invalid: should be of format 'key:signature'";
  if (!isSameText(auth.slice(0, colon), credentials.key)) return 'Invalid key in auth data';
  const signature = auth.slice(colon + 1);
  if (isSameText(signature, sign(credentials.secret, signed))) return null;
  return `Invalid signature: Expected HMAC SHA256 hex digest of ${signed}`;
}
