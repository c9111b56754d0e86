import { container } from '@/container';
import { AppError } from '@/domain/errors';
import { finishInstall } from '@/services/slack/install';
import { callerOf } from '../../caller-of';
import { wireError } from '../../sandbox/sandbox-route';

/** Where Slack sends people back to, with a code or with a refusal. */
export async function GET(request: Request): Promise<Response> {
  const { deps, env } = container();
  try {
    const caller = await callerOf(request);
    if (!caller) throw new AppError('unauthenticated', 'Sign in, then start the installation again.');
    const query = new URL(request.url).searchParams;
    const code = query.get('code');
    const state = query.get('state');
    if (code === null || state === null)
      throw new AppError('bad_input', 'Slack gave no code: nothing was installed.');
    await finishInstall(deps, caller, { code, state });
    return Response.redirect(`${env.APP_URL}/slack/installed`);
  } catch (error) {
    return wireError(error);
  }
}
