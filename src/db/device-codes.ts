import type { Db } from './client';

export async function insertDeviceCode(
  db: Db,
  code: { deviceHash: string; userCode: string; label: string; lifeSeconds: number },
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO device_code (device_hash, user_code, label, expires_at)
    VALUES (${code.deviceHash}, ${code.userCode}, ${code.label},
            now() + make_interval(secs => ${code.lifeSeconds}))`;
}

/** The terminal that waits under this code; null when none does (any more). */
export async function findWaitingDevice(db: Db, userCode: string): Promise<{ label: string } | null> {
  return db.deviceCode.findFirst({
    where: { userCode, approvedAt: null, expiresAt: { gt: new Date() } },
    select: { label: true },
  });
}

/** Lets a waiting terminal in as `userId`; false when the code is unknown, used or too old. */
export async function approveDevice(db: Db, userCode: string, userId: string): Promise<boolean> {
  const approved = await db.$executeRaw`
    UPDATE device_code SET user_id = ${userId}, approved_at = now()
    WHERE user_code = ${userCode} AND approved_at IS NULL AND expires_at > now()`;
  return approved > 0;
}

export type DevicePoll =
  { status: 'pending' } | { status: 'expired' } | { status: 'approved'; userId: string; label: string };

/** Asks for an approval, which is handed out exactly once. */
export async function consumeDevice(db: Db, deviceHash: string): Promise<DevicePoll> {
  const [taken] = await db.$queryRaw<{ user_id: string; label: string }[]>`
    UPDATE device_code SET consumed_at = now()
    WHERE device_hash = ${deviceHash} AND approved_at IS NOT NULL AND consumed_at IS NULL AND expires_at > now()
    RETURNING user_id, label`;
  if (taken) return { status: 'approved', userId: taken.user_id, label: taken.label };
  const waiting = await db.deviceCode.count({
    where: { deviceHash, approvedAt: null, expiresAt: { gt: new Date() } },
  });
  return { status: waiting > 0 ? 'pending' : 'expired' };
}
