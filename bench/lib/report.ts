import type { BenchResult, Target } from './bench';

function lineOf({ name, value, limit, unit, ok }: Target): string {
  const shown = `${value.toFixed(2)} of at most ${limit.toFixed(2)} ${unit}`;
  return `  ${ok ? 'ok    ' : 'MISSED'} ${name}: ${shown}`;
}

/** Says the targets to people, and everything to programs. */
export function report(
  result: BenchResult,
  { isJson, say }: { isJson: boolean; say: (line: string) => void },
): void {
  for (const target of result.targets) say(lineOf(target));
  const ok = result.targets.every((target) => target.ok);
  if (isJson) process.stdout.write(`${JSON.stringify({ ok, ...result })}\n`);
  else process.stdout.write(`${JSON.stringify(result.figures, null, 2)}\n`);
}
