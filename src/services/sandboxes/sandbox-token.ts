import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import type { TokenSigner } from '../deps';

/** What a sandbox's token stands for: one life of one session's sandbox. */
export interface SandboxIdentity {
  sessionId: SessionId;
  epoch: number;
}

const PURPOSE = 'bridge';
const FORMAT = /^dsb_([A-Za-z0-9]+)_([0-9a-f-]{36})_(\d{1,9})_([A-Za-z0-9-]+)$/;

function signedText({ sessionId, epoch }: SandboxIdentity): string {
  return `${PURPOSE}|${sessionId}|${epoch}`;
}

/** The token of one life; the same life always gets the same, so a repeated create changes nothing. */
export function makeSandboxToken(signer: TokenSigner, identity: SandboxIdentity): string {
  const { keyId, signature } = signer.sign(signedText(identity));
  return `dsb_${keyId}_${identity.sessionId}_${identity.epoch}_${signature}`;
}

/** Reads and checks a token. Whether its epoch is still the newest is checked by each write. */
export function readSandboxToken(signer: TokenSigner, token: string): SandboxIdentity {
  const [, keyId, session, epoch, signature] = FORMAT.exec(token) ?? [];
  const sessionId = SessionId.safeParse(session);
  if (keyId && signature && sessionId.success) {
    const identity = { sessionId: sessionId.data, epoch: Number(epoch) };
    if (signer.verify(signedText(identity), { keyId, signature })) return identity;
  }
  throw new AppError('unauthenticated', 'This is not a token of a sandbox of this deployment.');
}
