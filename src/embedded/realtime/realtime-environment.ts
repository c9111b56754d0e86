import type { RealtimeServerOptions } from './start-realtime-server';

/** Shortest secret that is accepted where others could reach the server. */
const PRODUCTION_SECRET_CHARS = 16;
const WORD = /^[A-Za-z0-9_-]+$/;

export type RealtimeEnvironment = { ok: true; options: RealtimeServerOptions } | { ok: false; error: string };

const CHECKS: { name: string; isValid: (value: string) => boolean; hint: string }[] = [
  { name: 'PUSHER_APP_ID', isValid: (value) => WORD.test(value), hint: 'letters, digits, - or _' },
  { name: 'PUSHER_KEY', isValid: (value) => WORD.test(value), hint: 'letters, digits, - or _' },
  { name: 'PUSHER_SECRET', isValid: (value) => value.trim() !== '', hint: 'a secret of your own' },
  { name: 'PUSHER_PORT', isValid: isPort, hint: 'a port number (0 takes any free one)' },
  {
    name: 'PUSHER_WEBHOOK_URL',
    isValid: (value) => value === '' || isHttpUrl(value),
    hint: 'an http(s) URL, or leave it out',
  },
];

/** Reads the server's settings from the environment; the error is one line that says what to set. */
export function readRealtimeEnvironment(env: Record<string, string | undefined>): RealtimeEnvironment {
  const read = (name: string): string => env[name] ?? '';
  const problems = CHECKS.filter(({ name, isValid }) => !isValid(read(name))).map(
    ({ name, hint }) => `set ${name} to ${hint}`,
  );
  if (problems.length > 0) return { ok: false, error: problems.join('; ') };
  const secret = read('PUSHER_SECRET');
  if (read('NODE_ENV') === 'production' && secret.length < PRODUCTION_SECRET_CHARS) {
    const error = `set PUSHER_SECRET to at least ${PRODUCTION_SECRET_CHARS} characters: NODE_ENV is production`;
    return { ok: false, error };
  }
  const webhookUrl = read('PUSHER_WEBHOOK_URL');
  return {
    ok: true,
    options: {
      appId: read('PUSHER_APP_ID'),
      key: read('PUSHER_KEY'),
      secret,
      port: Number(read('PUSHER_PORT')),
      ...(webhookUrl === '' ? {} : { webhookUrl }),
    },
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
