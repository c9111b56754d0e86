import { createHash, randomBytes, randomInt } from 'node:crypto';

/** How a secret is kept: SHA-256, hex. Long random secrets need no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A token for a person's programs: 256 random bits behind a prefix that secret scanners can know. */
export function newToken(): { token: string; hash: string; prefix: string } {
  const token = `dsp_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashSecret(token), prefix: token.slice(0, 10) };
}

/** Letters and digits that nobody mistakes for one another. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ23456789';

/** What a person compares between terminal and browser: XXXX-XXXX. */
export function newUserCode(): string {
  const letters = Array.from({ length: 8 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
