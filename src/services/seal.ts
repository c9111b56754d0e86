import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '@/domain/errors';

/** Encrypts what is kept in rows and must not be read there, such as tokens of others. */
export interface Sealer {
  /** `context` says what it is of; it opens under the same one only. */
  seal(text: string, context: string): string;
  /** `isOld`: sealed by another key than the first, and to be sealed again. Errors: `internal` when no key opens it. */
  open(sealed: string, context: string): { text: string; isOld: boolean };
}

const FORMAT = 'v1';
const NONCE_BYTES = 12;

/**
 * AES-256-GCM under keys that are derived from `id:secret[,id:secret…]`. The first seals, all open, as they sign and
 * verify elsewhere.
 */
export function createSealer(serverKeys: string): Sealer {
  const keys = new Map(
    serverKeys.split(',').map((pair): [string, Buffer] => {
      const at = pair.indexOf(':');
      const derived = hkdfSync('sha256', pair.slice(at + 1), '', 'dispatch seal', 32);
      return [pair.slice(0, at), Buffer.from(derived)];
    }),
  );
  const [first] = keys;
  if (!first) throw new Error('SERVER_KEYS holds no key.');
  const [newestId, newest] = first;
  return {
    seal: (text, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const parts = [nonce, cipher.getAuthTag(), body].map((bytes) => bytes.toString('base64url'));
      return [FORMAT, newestId, ...parts].join('.');
    },
    open: (sealed, context) => {
      const [format, id = '', ...parts] = sealed.split('.');
      const [nonce, tag, body] = parts.map((part) => Buffer.from(part, 'base64url'));
      const key = keys.get(id);
      if (format !== FORMAT || !key || !nonce || !tag || !body) throw unreadable(undefined);
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
        cipher.setAAD(Buffer.from(context)).setAuthTag(tag);
        const text = Buffer.concat([cipher.update(body), cipher.final()]).toString('utf8');
        return { text, isOld: id !== newestId };
      } catch (cause) {
        throw unreadable(cause);
      }
    },
  };
}

function unreadable(cause: unknown): AppError {
  return new AppError(
    'internal',
    'A sealed secret can’t be opened: the key that sealed it is not among SERVER_KEYS. Put it back, or connect anew.',
    { cause },
  );
}
