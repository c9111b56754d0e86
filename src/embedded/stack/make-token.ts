/** `npm run token -- [login]`: a token for scripts on the stack that runs on this machine, printed alone on stdout. */
import { resolve } from 'node:path';
import { messageOf } from '@/domain/errors';
import { makeToken } from './browser-sign-in';
import { findRunningStack } from './stack-file';

const asJson = process.argv.includes('--json');
const login = process.argv.slice(2).find((word) => !word.startsWith('--')) ?? 'ada';

try {
  const stack = findRunningStack(resolve(process.env['DISPATCH_DATA'] ?? '.data'));
  if (!stack) throw new Error('Dispatch does not run here. Start it with npm run dev.');
  const token = await makeToken(stack.url, login, 'script');
  process.stdout.write(asJson ? `${JSON.stringify({ ok: true, token, server: stack.url })}\n` : `${token}\n`);
} catch (error) {
  process.stderr.write(`token: ${messageOf(error)}\n`);
  if (asJson) process.stdout.write(`${JSON.stringify({ ok: false, error: messageOf(error) })}\n`);
  process.exitCode = 1;
}
