import { createHash } from 'node:crypto';
import { type Credentials, isSameText, sign } from './signatures';

/** A request to the HTTP API, as far as its signature covers it. */
export interface SignedRequest {
  method: string;
  /** As it stood in the request line, still percent-encoded. */
  path: string;
  /** Decoded, keys in lower case. */
  query: ReadonlyMap<string, string>;
  body: Buffer;
}

/**
 * Checks key, clock, body and signature the way the hosted API does. Gives the reason for a 401, or `null`
 * when the request is the app's own.
 */
export function refuseRequest(
  request: SignedRequest,
  credentials: Credentials,
  clock: { nowMs: number; skewSeconds: number },
): string | null {
  const { query, body } = request;
  const key = query.get('auth_key');
  if (key === undefined) return 'auth_key is missing';
  if (!isSameText(key, credentials.key)) return 'Unknown auth_key';
  if (query.get('auth_version') !== '1.0') return "auth_version must be '1.0'";
  const timestamp = query.get('auth_timestamp') ?? '';
  const ageSeconds = Math.abs(clock.nowMs / 1000 - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || ageSeconds > clock.skewSeconds) {
    return `Timestamp expired: given auth_timestamp (${timestamp}) is not within ${clock.skewSeconds}s of server time`;
  }
  return refuseBody(query.get('body_md5'), body) ?? refuseSignature(request, credentials.secret);
}

function refuseBody(claimed: string | undefined, body: Buffer): string | null {
  if (claimed === undefined) return body.length === 0 ? null : 'body_md5 is missing';
  const actual = createHash('md5').update(body).digest('hex');
  return isSameText(claimed, actual) ? null : 'body_md5 does not match the body';
}

function refuseSignature(request: SignedRequest, secret: string): string | null {
  const parameters = [...request.query]
    .filter(([key]) => key !== 'auth_signature')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
  const given = request.query.get('auth_signature') ?? '';
  const signedBy = (path: string): boolean =>
    isSameText(given, sign(secret, [request.method, path, parameters].join('\n')));
  // Some libraries sign a path before it is percent-encoded on its way out, others after.
  if (signedBy(request.path) || signedBy(decodePath(request.path))) return null;
  return 'Invalid signature: you should have signed the method, path and sorted query with HMAC SHA256';
}

/** Undoes percent-encoding; a malformed escape stays as it is. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/**
 * Splits a query string; values are decoded, keys lowered as the signature wants them. `null` when a key
 * comes twice, since then two readers could disagree on what was signed.
 */
export function parseQuery(text: string): ReadonlyMap<string, string> | null {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const key = decodePath(pair.slice(0, equals)).toLowerCase();
    if (query.has(key)) return null;
    query.set(key, decodePath(pair.slice(equals + 1)));
  }
  return query;
}
