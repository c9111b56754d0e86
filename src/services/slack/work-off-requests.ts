import {
  dropOldRequests,
  finishRequest,
  holdRequest,
  postponeRequest,
  takeRequest,
  type TakenRequest,
} from '@/db/slack-requests';
import { ChatError } from '@/domain/chat/chat-error';
import { AppError, type ErrorCode, messageOf } from '@/domain/errors';
import type { Deps } from '../deps';
import { type SlackDeps, withChat } from './slack-world';
import { tellUntold } from './tell-thread';
import { whisperTo } from './whisper';
import { workOnRequest } from './work-on-request';

/** By then it is about an hour old, and whoever asked has been told or has gone. */
const MAX_TRIES = 10;
const MAX_THREADS = 50;

/** Codes that another try may change. */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'conflict',
  'internal',
  'rate_limited',
  'sandbox_unavailable',
  'storage_unavailable',
]);

/** Does the work of all requests that are due. What is left when it is cut off is taken up by the next sweep. */
export async function workOffRequests(deps: SlackDeps): Promise<void> {
  for (;;) {
    const taken = await takeRequest(deps.db);
    if (!taken) return;
    await workOff(deps, taken);
  }
}

/** For the sweep: requests that nobody worked on, and threads that nobody told. */
export async function healSlack(deps: Deps, until: number): Promise<void> {
  const slack = withChat(deps);
  if (!slack) return;
  await workOffRequests(slack);
  await tellUntold(slack, { until, limit: MAX_THREADS });
  await dropOldRequests(deps.db);
}

async function workOff(deps: SlackDeps, taken: TakenRequest): Promise<void> {
  const { id, request } = taken;
  if (!request) {
    deps.log.error('a request from Slack is of another version and was left out', { request: id });
    await finishRequest(deps.db, id);
    return;
  }
  try {
    const { heldFor } = await workOnRequest(deps, { ...taken, request });
    if (heldFor === null) await finishRequest(deps.db, id);
    else await holdRequest(deps.db, id, heldFor);
  } catch (error) {
    await afterFailure(deps, { ...taken, request }, error);
  }
}

async function afterFailure(
  deps: SlackDeps,
  { id, tries, request }: TakenRequest & { request: NonNullable<TakenRequest['request']> },
  error: unknown,
): Promise<void> {
  const isOver = tries >= MAX_TRIES || !mayPass(error);
  const isOurs = !(error instanceof AppError) || mayPass(error);
  if (isOurs) {
    deps.log.error(`the work of a request from Slack failed${isOver ? '' : '; it is done again later'}`, {
      ...{ request: id, tries, error: messageOf(error) },
    });
  }
  if (!isOver) {
    await postponeRequest(deps.db, id, Math.min(600, 2 ** tries));
    return;
  }
  await finishRequest(deps.db, id);
  if (!('channelId' in request) || !('userId' in request)) return;
  const text =
    error instanceof AppError
      ? error.message
      : 'That did not work, although it was tried for an hour. Please say it again.';
  await whisperTo(deps, request, { type: 'text', text }).catch((cause: unknown) => {
    deps.log.error('nobody could be told of a failure', { request: id, error: messageOf(cause) });
  });
}

function mayPass(error: unknown): boolean {
  // A refusal is an answer: the session is not as the request took it to be.
  if (error instanceof AppError) return error.details['refusal'] === undefined && MAY_PASS.has(error.code);
  if (error instanceof ChatError) return error.trouble === 'limited' || error.trouble === 'away';
  return true;
}
