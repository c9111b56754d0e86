// npm run proof -- <name> [--json]: proves one thing about the whole product, and fails when it does not hold.
import { messageOf } from '@/domain/errors';
import type { Proof } from './proof';

const PROOFS: Readonly<Record<string, () => Promise<Proof>>> = {
  a11y: async () => (await import('./a11y/prove-a11y')).proveA11y,
  slack: async () => (await import('./slack/prove-slack')).proveSlack,
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function run([name = '', ...args]: readonly string[]): Promise<boolean> {
  const load = PROOFS[name];
  if (!load) throw new Error(`There is a proof of: ${Object.keys(PROOFS).join(', ')}. Name one.`);
  const proof = await load();
  const { ok, failures, figures } = await proof({ args: args.filter((arg) => arg !== '--json'), say });
  for (const failure of failures) say(`  FAILED ${failure}`);
  say(ok ? `proof: ${name} holds` : `proof: ${name} does not hold, ${failures.length} failures`);
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ ok, failures, ...figures })}\n`);
  return ok;
}

try {
  process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  say(`proof: ${messageOf(error)}`);
  process.exitCode = 1;
}
