import { container } from '@/container';
import { startInstall } from '@/services/slack/install';
import { callerOf } from '../../caller-of';
import { wireError } from '../../sandbox/sandbox-route';

/** Sends whoever administers a team to Slack, to let Dispatch into their workspace. */
export async function GET(request: Request): Promise<Response> {
  const { deps, env } = container();
  try {
    const caller = await callerOf(request);
    if (!caller)
      return Response.redirect(
        `${env.APP_URL}/signin?callbackUrl=${encodeURIComponent('/api/slack/install')}`,
      );
    return Response.redirect(await startInstall(deps, caller));
  } catch (error) {
    return wireError(error);
  }
}
