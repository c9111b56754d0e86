'use client';

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { Button } from '../kit/button';
import { plural } from '../kit/format';
import { Mark, type MarkShape, type MarkTone } from '../kit/mark';
import { TabTitle } from '../kit/tab-title';
import { Time } from '../kit/time';
import { useTRPC } from '../live/trpc';
import { Loaded } from './loaded';

type Line = inferRouterOutputs<AppRouter>['system']['health'][number];

const NAMES = {
  version: 'Version',
  database: 'Database',
  realtime: 'Realtime',
  blobs: 'Blob store',
  sandboxes: 'Sandboxes',
  sweep: 'Sweep',
  github: 'GitHub',
  model: 'Model',
} satisfies Record<Line['part'], string>;

const STATES = {
  ok: { shape: 'check', tone: 'ok', word: 'ok' },
  warn: { shape: 'alert', tone: 'ask', word: 'warning' },
  fail: { shape: 'cross', tone: 'danger', word: 'failed' },
} satisfies Record<Line['state'], { shape: MarkShape; tone: MarkTone; word: string }>;

/** How each part of the installation is, looked at now, and what to do where it is not well. */
export function HealthScreen() {
  const trpc = useTRPC();
  const health = useQuery({ ...trpc.system.health.queryOptions(), staleTime: 0 });
  return (
    <>
      <TabTitle title="Health · Settings" />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold">Health</h1>
        <Button size="small" disabled={health.isFetching} onClick={() => void health.refetch()}>
          {health.isFetching ? 'Looking…' : 'Look again'}
        </Button>
      </div>
      <Loaded query={health} lines={8} failure="Nothing could be looked at.">
        {(lines) => (
          <div className="flex flex-col gap-3">
            <p role="status" className="text-sm text-muted">
              {summaryOf(lines)} Looked at <Time at={new Date(health.dataUpdatedAt)} as="clock" />.
            </p>
            <ul className="divide-y rounded-md border bg-surface">
              {lines.map((line) => (
                <HealthRow key={line.part} line={line} />
              ))}
            </ul>
          </div>
        )}
      </Loaded>
    </>
  );
}

function summaryOf(lines: readonly Line[]): string {
  const count = (state: Line['state']) => lines.filter((line) => line.state === state).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed === 0 && warned === 0) return 'All is well.';
  const parts = [failed > 0 && `${failed} failed`, warned > 0 && plural(warned, 'warning')];
  return `${parts.filter(Boolean).join(', ')}.`;
}

function HealthRow({ line: { part, state, words, fix } }: { line: Line }) {
  const { shape, tone, word } = STATES[state];
  return (
    <li className="flex items-baseline gap-2.5 px-3 py-2 text-sm" data-state={state}>
      <span className="translate-y-0.5">
        <Mark shape={shape} tone={tone} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-x-4 sm:flex-row">
        <p className="w-28 shrink-0 font-medium">
          {NAMES[part]} <span className="sr-only">{word}</span>
        </p>
        <div className="min-w-0 break-words">
          <p>{words}</p>
          {fix !== null && <p className="text-muted">{fix}</p>}
        </div>
      </div>
    </li>
  );
}
