import { atMost, type BenchResult, type Target } from '../lib/bench';
import { latencyOf } from '../lib/latency';
import { median } from '../lib/statistics';
import type { ProviderRound } from './provider-stage';

/** Promised: creating takes at most so many bare runs, parking so many, and a sleep so much of the room of its changes. */
const MAX_CREATE_RUNS = 5;
const MAX_PARK_RUNS = 10;
const MAX_DISK_RATIO = 1.2;

/** The provider's part of the bench, told. */
export function providerResult({
  notice,
  files,
  rounds,
}: {
  notice: string;
  files: number;
  rounds: readonly ProviderRound[];
}): Required<Omit<BenchResult, 'bench'>> {
  const of = (name: keyof ProviderRound) => rounds.map((round) => round[name]);
  const rows = {
    'a bare bubblewrap run, ms': latencyOf(of('bareMs')),
    'create from a snapshot, ms': latencyOf(of('createMs')),
    'park, ms': latencyOf(of('parkMs')),
  };
  const room = { changedKiB: median(of('changedKiB')), keptKiB: median(of('keptKiB')) };
  return {
    figures: { notice, ...room, ...rows, rounds },
    targets: targetsOf(rounds),
    tables: [
      {
        title: `the local provider with ${files} files (${notice})`,
        columns: ['', 'p50', 'p95'],
        rows: Object.entries(rows).map(([name, { p50, p95 }]) => [name, p50, p95]),
      },
      {
        title: 'room on the disk',
        columns: ['', 'KiB'],
        rows: [
          ['what a life changed', room.changedKiB],
          ['what its sleep takes', room.keptKiB],
        ],
      },
    ],
  };
}

function targetsOf(rounds: readonly ProviderRound[]): Target[] {
  const of = (name: keyof ProviderRound) => median(rounds.map((round) => round[name]));
  const runs = (ms: number) => ms / of('bareMs');
  const unit = 'bare runs';
  return [
    atMost('create', { value: runs(of('createMs')), limit: MAX_CREATE_RUNS, unit }),
    atMost('park', { value: runs(of('parkMs')), limit: MAX_PARK_RUNS, unit }),
    atMost('room of a sleeping session', {
      value: of('keptKiB') / of('changedKiB'),
      limit: MAX_DISK_RATIO,
      unit: 'times its changes',
    }),
  ];
}
