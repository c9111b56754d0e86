// npm run bench -- <name> [--json]: measurements of the product beside something of the same run. Each is a folder
// here, with what it promises at its top; figures and their commands stand in docs/BENCHMARKS.md.
import { messageOf } from '@/domain/errors';
import type { Bench } from './lib/bench';
import { report } from './lib/report';

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  sandbox: async () => (await import('./sandbox/sandbox-bench')).sandboxBench,
  sync: async () => (await import('./sync/sync-bench')).syncBench,
  turn: async () => (await import('./turn/turn-bench')).turnBench,
  web: async () => (await import('./web/web-bench')).webBench,
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function run([name = '', ...args]: readonly string[]): Promise<boolean> {
  const load = BENCHES[name];
  if (!load) throw new Error(`There is a bench for: ${Object.keys(BENCHES).join(', ')}. Name one.`);
  const bench = await load();
  const isJson = args.includes('--json');
  const result = await bench.run({ args: args.filter((arg) => arg !== '--json'), say });
  report(result, { isJson, say });
  return result.targets.every(({ ok }) => ok);
}

try {
  process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  say(`bench: ${messageOf(error)}`);
  process.exitCode = 1;
}
