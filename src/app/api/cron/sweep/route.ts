import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { container } from '@/container';
import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import { checkSandbox } from '@/services/sandboxes/check-sandbox';
import { sweep } from '@/services/sandboxes/sweep';
import { bearerOf } from '../../caller-of';
import { wireError } from '../../sandbox/sandbox-route';

export const maxDuration = 60;

/** Looks at one session now instead of at all that are overdue: something was heard of its sandbox. */
const Body = z.object({ sessionId: SessionId }).partial();

async function handle(request: Request): Promise<Response> {
  try {
    const { deps, env } = container();
    const given = Buffer.from(bearerOf(request) ?? '');
    const expected = Buffer.from(env.CRON_SECRET);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new AppError('unauthenticated', 'The sweep is called with CRON_SECRET as bearer token.');
    }
    const body = request.method === 'POST' ? await request.text() : '';
    const { sessionId } = readBody(body);
    if (!sessionId) return Response.json(await sweep(deps));
    await checkSandbox(deps, sessionId);
    return Response.json({ checked: 1 });
  } catch (error) {
    return wireError(error);
  }
}

function readBody(body: string): z.infer<typeof Body> {
  try {
    return Body.parse(body === '' ? {} : JSON.parse(body));
  } catch (error) {
    throw new AppError('bad_input', 'The body is not what this route takes.', { cause: error });
  }
}

export { handle as GET, handle as POST };
