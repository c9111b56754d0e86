import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { formatCount, formatDuration, plural } from '../../kit/format';

type Figures = inferRouterOutputs<AppRouter>['events']['ofSandbox']['figures'];

/** What the session came to so far: money, time, turns and tokens. */
export function Figures({ figures: { turns, steps, costUsd, tokens, workedMs } }: { figures: Figures }) {
  const rows = [
    ['Cost', `$${costUsd.toFixed(costUsd > 0 && costUsd < 0.1 ? 3 : 2)}`],
    ['The agent worked', formatDuration(workedMs)],
    ['Turns', `${turns}, in ${plural(steps, 'step')}`],
    [
      'Tokens',
      `${formatCount(tokens.input)} in, ${formatCount(tokens.cacheRead)} of the cache, ${formatCount(tokens.output)} out`,
    ],
  ] as const;
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="tabular min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
