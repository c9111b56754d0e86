// What the local provider itself takes to start a sandbox over a large workspace and to put it to sleep, beside bare
// bubblewrap that runs nothing, all in one run and in turn. Promises: creating takes at most 5 bare runs, parking at
// most 10, and what sleeps takes at most 1.2 times the room of its own changes.
import { parseArgs } from 'node:util';
import { atMost, type Bench, type BenchResult, type Target } from '../lib/bench';
import { latencyOf } from '../lib/latency';
import { median } from '../lib/statistics';
import type { Table } from '../lib/table';
import { type ProviderRound, openProviderStage } from './provider-stage';

const MAX_CREATE_RUNS = 5;
const MAX_PARK_RUNS = 10;
const MAX_DISK_RATIO = 1.2;

export const sandboxBench: Bench = {
  run: async ({ args, say }) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        files: { type: 'string', default: '60000' },
        rounds: { type: 'string', default: '15' },
        quick: { type: 'boolean', default: false },
      },
    });
    const files = Number(values.files);
    const stage = await openProviderStage();
    try {
      say(`bench: ${stage.notice}`);
      say(`bench: a workspace of ${files} files is made`);
      const base = await stage.prepare(files);
      say('bench: a round that does not count, so that all is warm');
      await stage.round(base);
      const rounds: ProviderRound[] = [];
      const count = values.quick ? 5 : Number(values.rounds);
      for (let round = 1; round <= count; round += 1) {
        say(`bench: round ${round} of ${count}`);
        rounds.push(await stage.round(base));
      }
      return resultOf(rounds, { files, notice: stage.notice });
    } finally {
      await stage.close();
    }
  },
};

function resultOf(rounds: readonly ProviderRound[], about: { files: number; notice: string }): BenchResult {
  const of = (name: keyof ProviderRound) => rounds.map((round) => round[name]);
  const rows = {
    'a bare bubblewrap run, ms': latencyOf(of('bareMs')),
    'create from a snapshot, ms': latencyOf(of('createMs')),
    'park, ms': latencyOf(of('parkMs')),
  };
  const room = { changedKiB: median(of('changedKiB')), keptKiB: median(of('keptKiB')) };
  const tables: Table[] = [
    {
      title: `the local provider with ${about.files} files (${about.notice})`,
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
  ];
  const figures = { ...about, ...room, ...rows, rounds };
  return { bench: 'sandbox', figures, targets: targetsOf(rounds), tables };
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
