import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SessionId } from '@/domain/ids';
import { createTestDeps } from '@/testing/deps';
import { makeSandboxToken, readSandboxToken } from './sandbox-token';

// Nothing here asks the database.
const { signer } = createTestDeps(null as never);
const identity = { sessionId: SessionId.parse(randomUUID()), epoch: 3 };
const token = makeSandboxToken(signer, identity);

describe('the token of one life of a sandbox', () => {
  it('is the same for the same life, and says which it is', () => {
    expect(makeSandboxToken(signer, identity)).toBe(token);
    expect(readSandboxToken(signer, token)).toEqual(identity);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['another session’s id', token.replace(identity.sessionId, randomUUID())],
    ['another epoch', token.replace('_3_', '_4_')],
    ['an unknown key', token.replace('dsb_k1_', 'dsb_k2_')],
    ['a cut signature', token.slice(0, -1)],
    ['a changed signature', token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')],
    ['no uuid', token.replace(identity.sessionId, '-'.repeat(36))],
    ['a person’s token', 'dsp_whatever'],
  ])('with %s is refused', (_name, wrong) => {
    expect(() => readSandboxToken(signer, wrong)).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
  });
});
