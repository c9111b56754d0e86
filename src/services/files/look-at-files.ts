import { randomUUID } from 'node:crypto';
import { askRead, endRead, findReadAnswer } from '@/db/sandbox-reads';
import { AppError, type ErrorCode } from '@/domain/errors';
import type { SessionId } from '@/domain/ids';
import { isAgentReachable } from '@/domain/session/state';
import { DOORBELL, sandboxChannel } from '@/domain/wire/bridge';
import type { ReadAnswer, ReadAnswerOf, ReadCommand } from '@/domain/wire/reads';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { waitBriefly } from '../realtime/wait-briefly';
import { authorizeSession } from '../sessions/authorize-session';

/** How long somebody waits for a sandbox; a healthy one answers in some tens of milliseconds. */
const MAX_WAIT_MS = 10_000;
const FIRST_LOOK_MS = 30;
const LOOK_EVERY_MS = 250;

export type Looking = Pick<Deps, 'db' | 'realtime' | 'defer'>;

interface Place {
  sessionId: SessionId;
  path: string;
}

/** The entries of a folder of the session's repository, as it lies in the sandbox now. Errors: as `lookAt`. */
export async function readFolder(deps: Looking, caller: Caller, place: Place): Promise<ReadAnswerOf<'tree'>> {
  return ofType(await lookAt(deps, caller, { ...place, what: 'tree' }), 'tree');
}

/** A file of the session's repository, up to 1 MB. Errors: as `lookAt`. */
export async function readFile(deps: Looking, caller: Caller, place: Place): Promise<ReadAnswerOf<'file'>> {
  return ofType(await lookAt(deps, caller, { ...place, what: 'file' }), 'file');
}

/** The paths of all files that git keeps or would keep. Errors: as `lookAt`. */
export async function listNames(
  deps: Looking,
  caller: Caller,
  sessionId: SessionId,
): Promise<ReadAnswerOf<'names'>> {
  return ofType(await lookAt(deps, caller, { sessionId, path: '', what: 'names' }), 'names');
}

/** The ports of the session's sandbox, and where its bridge lets people in. Errors: as `lookAt`. */
export async function readPorts(
  deps: Looking,
  caller: Caller,
  sessionId: SessionId,
): Promise<ReadAnswerOf<'ports'>> {
  return ofType(await lookAt(deps, caller, { sessionId, path: '', what: 'ports' }), 'ports');
}

/**
 * Asks the session's bridge and waits for its answer. Errors: `sandbox_unavailable` when none runs or it does not
 * answer in 10 s, `rate_limited` when too many wait already, and what the bridge itself refuses.
 */
async function lookAt(
  deps: Looking,
  caller: Caller,
  { sessionId, path, what }: Place & Pick<ReadCommand, 'what'>,
): Promise<ReadAnswer> {
  const { state, epoch } = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  if (!isAgentReachable(state)) throw noSandbox();
  const requestId = randomUUID();
  try {
    const asked = await askRead(deps.db, sessionId, { type: 'read', requestId, epoch, what, path });
    if (asked === 'over') throw noSandbox();
    if (asked === 'busy') {
      throw new AppError('rate_limited', 'Many files of this session are being read already. Try again.');
    }
    const channel = sandboxChannel(sessionId, epoch);
    const ringing = deps.realtime.publish({ channel, event: DOORBELL, data: {} });
    await waitBriefly(
      deps,
      ringing.then(() => undefined),
    );
    return await waitForAnswer(deps, requestId);
  } finally {
    await endRead(deps.db, sessionId, requestId);
  }
}

function noSandbox(): AppError {
  return new AppError(
    'sandbox_unavailable',
    'No sandbox of this session is running, so nothing in it can be looked at now. The next prompt starts one.',
  );
}

async function waitForAnswer(deps: Pick<Deps, 'db'>, requestId: string): Promise<ReadAnswer> {
  const untilMs = Date.now() + MAX_WAIT_MS;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LOOK_EVERY_MS)) {
    const answer = await findReadAnswer(deps.db, requestId);
    if (answer) return answer;
    if (Date.now() > untilMs) {
      throw new AppError(
        'sandbox_unavailable',
        'The sandbox did not answer within 10 seconds. It may be busy or cut off; try again.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

const REFUSAL_CODE = {
  not_found: 'not_found',
  outside: 'forbidden',
  wrong_kind: 'bad_input',
  not_ready: 'sandbox_unavailable',
  failed: 'internal',
} satisfies Record<ReadAnswerOf<'refused'>['code'], ErrorCode>;

function ofType<T extends ReadAnswer['type']>(answer: ReadAnswer, type: T): ReadAnswerOf<T> {
  if (answer.type === 'refused') throw new AppError(REFUSAL_CODE[answer.code], answer.message);
  if (isType(answer, type)) return answer;
  throw new AppError('internal', 'The sandbox answered something else than was asked.');
}

function isType<T extends ReadAnswer['type']>(answer: ReadAnswer, type: T): answer is ReadAnswerOf<T> {
  return answer.type === type;
}
