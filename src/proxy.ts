import { NextResponse, type NextRequest } from 'next/server';
import { env, type Environment, sandboxProvider } from './env';

/**
 * Gives each page a content security policy of its own: scripts need the nonce, which Next reads from this header
 * and puts on its own, and a page talks to nobody but this app, the realtime server, the blob store and, for terminals, sandboxes.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(env(), nonce);
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

/** Pages only: what the API answers is never shown as one. */
export const config = { matcher: ['/((?!api/|_next/|icons/|favicon.ico).*)'] };

function contentSecurityPolicy(environment: Environment, nonce: string): string {
  const blobs = new URL(environment.BLOB_URL).origin;
  // React's development build and hot reload evaluate code; the production build does not.
  const evaluation = environment.NODE_ENV === 'development' ? " 'unsafe-eval'" : '';
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evaluation}`,
    // Widths and positions are set as style attributes, which no nonce can cover.
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${blobs}`,
    "font-src 'self'",
    `connect-src 'self' ${realtimeOrigin(environment)} ${blobs} ${terminalOrigin(environment)}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Where the listeners of sandboxes are, whose terminals pages show; each has a port or a name of its own. */
function terminalOrigin(environment: Environment): string {
  return sandboxProvider(environment) === 'modal' ? 'wss://*.modal.host' : 'ws://127.0.0.1:*';
}

function realtimeOrigin({ PUSHER_HOST, PUSHER_PORT, PUSHER_CLUSTER }: Environment): string {
  if (PUSHER_HOST === undefined) return `wss://ws-${PUSHER_CLUSTER}.pusher.com`;
  return PUSHER_PORT === undefined ? `ws://${PUSHER_HOST}` : `ws://${PUSHER_HOST}:${PUSHER_PORT}`;
}
