/**
 * The same answer with its length told beforehand: else it goes out in chunks, of which the last is empty and whoever
 * asked waits for it, one write of the server's and one wake-up of the client's longer. For answers that are there as
 * a whole already; never for a stream.
 */
export async function withLength(response: Response): Promise<Response> {
  const body = await response.arrayBuffer();
  const headers = new Headers(response.headers);
  headers.set('content-length', String(body.byteLength));
  return new Response(body, { status: response.status, headers });
}

/** `Response.json`, with its length. */
export function jsonResponse(value: unknown, status = 200): Response {
  const body = Buffer.from(JSON.stringify(value));
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(body.byteLength) },
  });
}
