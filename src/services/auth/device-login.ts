import { randomBytes } from 'node:crypto';
import { insertToken } from '@/db/api-tokens';
import { approveDevice, consumeDevice, findWaitingDevice, insertDeviceCode } from '@/db/device-codes';
import { AppError } from '@/domain/errors';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { hashSecret, newToken, newUserCode } from './secrets';

const LIFE_SECONDS = 600;
const POLL_SECONDS = 2;
const TOKEN_LIFE_MS = 90 * 24 * 3_600 * 1_000;

export interface DeviceLogin {
  deviceCode: string;
  userCode: string;
  /** The page where a signed-in person approves the code. */
  verifyUrl: string;
  expiresInS: number;
  intervalS: number;
}

/** Starts the sign-in of a terminal (RFC 8628's device grant): the code is compared and approved in a browser. */
export async function startDevice(deps: Pick<Deps, 'db' | 'config'>, label: string): Promise<DeviceLogin> {
  const deviceCode = randomBytes(32).toString('base64url');
  const userCode = newUserCode();
  await insertDeviceCode(deps.db, {
    deviceHash: hashSecret(deviceCode),
    userCode,
    label,
    lifeSeconds: LIFE_SECONDS,
  });
  const verifyUrl = `${deps.config.appUrl}/device?code=${userCode}`;
  return { deviceCode, userCode, verifyUrl, expiresInS: LIFE_SECONDS, intervalS: POLL_SECONDS };
}

/** The terminal that waits under a code; null when the code is unknown, used or too old. */
export async function findDevice(
  deps: Pick<Deps, 'db'>,
  userCode: string,
): Promise<{ label: string } | null> {
  return findWaitingDevice(deps.db, userCode);
}

/** Lets the terminal in as the caller, who must be signed in in a browser. */
export async function approveDeviceLogin(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  userCode: string,
): Promise<void> {
  if (caller.via !== 'web') throw new AppError('forbidden', 'A terminal is let in from the browser only.');
  if (!(await approveDevice(deps.db, userCode, caller.person.id))) {
    throw new AppError(
      'not_found',
      'This code is unknown, used or older than ten minutes. Run dispatch login again.',
    );
  }
}

/** Asked by the terminal until it is let in; the token is handed out once. */
export async function pollDevice(
  deps: Pick<Deps, 'db'>,
  deviceCode: string,
): Promise<{ status: 'pending' | 'expired' } | { status: 'approved'; token: string }> {
  const poll = await consumeDevice(deps.db, hashSecret(deviceCode));
  if (poll.status !== 'approved') return poll;
  const { token, hash, prefix } = newToken();
  const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS);
  const { userId, label: name } = poll;
  await insertToken(deps.db, { userId, kind: 'terminal', name, hash, prefix, expiresAt });
  return { status: 'approved', token };
}
