import { container } from '@/container';
import { messageOf } from '@/domain/errors';
import type { NextReceiver } from '@/integrations/slack/next-receiver';

/** The work after the answer tells a thread for up to 25 seconds. */
export const maxDuration = 60;

const kept: { receiver?: Promise<NextReceiver> } = {};

/** Everything that Slack sends: events, commands, what is pressed, and what is typed into a select. */
export async function POST(request: Request): Promise<Response> {
  const { deps, env } = container();
  const { SLACK_SIGNING_SECRET: secret } = env;
  if (secret === undefined || !deps.chat)
    return new Response('Here no Slack app is set up.', { status: 404 });
  try {
    kept.receiver ??= loadReceiver(secret);
    const receiver = await kept.receiver;
    return await receiver.answer(request);
  } catch (error) {
    // Slack sends an event again that was not taken.
    deps.log.error('a request of Slack could not be kept', { error: messageOf(error) });
    return new Response('It could not be kept; send it again.', { status: 500 });
  }
}

/** Bolt takes a third of a second to load, which only this route needs. */
async function loadReceiver(secret: string): Promise<NextReceiver> {
  const [{ createSlackReceiver }, { createInbox }] = await Promise.all([
    import('@/integrations/slack/bolt-app'),
    import('@/services/slack/inbox'),
  ]);
  return createSlackReceiver(
    secret,
    createInbox(() => container().deps),
  );
}
