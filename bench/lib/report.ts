import type { BenchResult } from './bench';
import { type Table, tableLines } from './table';

function targetTable({ targets }: BenchResult): Table {
  return {
    title: 'targets',
    columns: ['', 'figure', 'at most', 'unit', 'held'],
    rows: targets.map(({ name, value, limit, unit, ok }) => [
      name,
      value.toFixed(2),
      limit.toFixed(2),
      unit,
      ok ? 'yes' : 'NO',
    ]),
  };
}

/** Tables for people; with `--json` one object for programs, and the targets on stderr. */
export function report(
  result: BenchResult,
  { isJson, say }: { isJson: boolean; say: (line: string) => void },
): void {
  const { tables = [], ...rest } = result;
  const ok = result.targets.every((target) => target.ok);
  if (isJson) {
    for (const line of tableLines(targetTable(result))) say(line);
    process.stdout.write(`${JSON.stringify({ ok, ...rest })}\n`);
    return;
  }
  if (tables.length === 0) process.stdout.write(`${JSON.stringify(result.figures, null, 2)}\n`);
  for (const table of [...tables, targetTable(result)]) {
    process.stdout.write(`${tableLines(table).join('\n')}\n`);
  }
}
