import { callerOf } from '@/app/api/caller-of';
import { container } from '@/container';
import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import { Port } from '@/domain/wire/tickets';
import { makeTicket } from '@/services/ports/make-ticket';

export const maxDuration = 60;

interface Context {
  params: Promise<{ sessionId: string; port: string }>;
}

/** Opens the page of a dev server: asks for the right anew, and goes on to where the page is with a fresh ticket. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { sessionId, port } = await params;
  const { deps, env } = container();
  const caller = await callerOf(request);
  if (!caller) {
    const back = encodeURIComponent(`/s/${sessionId}/preview/${port}`);
    return Response.redirect(`${env.APP_URL}/signin?callbackUrl=${back}`, 303);
  }
  const session = SessionId.safeParse(sessionId);
  const wanted = Port.safeParse(Number(port));
  if (!session.success || !wanted.success) return say(404, 'There is no such preview.');
  try {
    const place = { sessionId: session.data, port: wanted.data };
    const { url } = await makeTicket(deps, caller, place);
    const headers = { location: url, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
    return new Response(null, { status: 303, headers });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal') throw error;
    return say(error.code === 'forbidden' ? 403 : 404, error.message);
  }
}

function say(status: number, message: string): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(`${message}\n`, { status, headers });
}
