// A whole turn with one watcher beside bare OpenCode with the same model and prompt: 60 tokens a second for 20 seconds,
// in pairs one after the other. Promise: at most 1.05 of bare OpenCode's time.
import { parseArgs } from 'node:util';
import { atMost, type Bench } from '../lib/bench';
import { median, rounded } from '../lib/statistics';
import type { Table } from '../lib/table';
import { openStackProcess } from '../lib/stack-process';
import { bareTurns } from './bare-turns';
import { startPacedModel, textLength } from './paced-model';
import type { TimedTurn, TurnRunner } from './timed-turn';
import { watchedTurns } from './watched-turns';

const PROMPT = 'Write a long report about the project.';
const MAX_TURN_RATIO = 1.05;

interface Pair {
  ours: TimedTurn;
  bare: TimedTurn;
}

/** The middle of all, with the smallest and the largest. */
interface Spread {
  median: number;
  least: number;
  most: number;
}

export const turnBench: Bench = {
  run: async ({ args, say }) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        pairs: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '20' },
        quick: { type: 'boolean', default: false },
      },
    });
    const seconds = Number(values.seconds);
    const model = await startPacedModel(seconds);
    const environment = { MODEL_BASE_URL: model.url, MODEL_NAME: 'scripted' };
    const stage = await openStackProcess(say, environment);
    const runners: TurnRunner[] = [];
    try {
      const ours = await watchedTurns(stage, PROMPT);
      runners.push(ours);
      const bare = await bareTurns(model.url, PROMPT);
      runners.push(bare);
      say('bench: a turn of each, so that both are warm');
      await ours.run();
      await bare.run();
      const pairs: Pair[] = [];
      const count = values.quick ? 3 : Number(values.pairs);
      for (let pair = 1; pair <= count; pair += 1) {
        say(`bench: pair ${pair} of ${count}`);
        pairs.push(await runPair({ ours, bare }, pair));
      }
      return resultOf(pairs, seconds);
    } finally {
      for (const runner of runners) await runner.close();
      await stage.close();
      await model.close();
    }
  },
};

/** Who goes first changes from pair to pair. */
async function runPair({ ours, bare }: { ours: TurnRunner; bare: TurnRunner }, pair: number): Promise<Pair> {
  if (pair % 2 === 0) {
    const first = await ours.run();
    return { ours: first, bare: await bare.run() };
  }
  const first = await bare.run();
  return { ours: await ours.run(), bare: first };
}

function resultOf(pairs: readonly Pair[], seconds: number) {
  const ratio = spreadOf(pairs, ({ ours, bare }) => ours.wholeMs / bare.wholeMs);
  const rows = {
    'a whole turn, ms': spreadOf(pairs, ({ ours }) => ours.wholeMs),
    '… bare OpenCode': spreadOf(pairs, ({ bare }) => bare.wholeMs),
    'first visible text, ms': spreadOf(pairs, ({ ours }) => ours.firstTextMs),
    '… bare OpenCode ': spreadOf(pairs, ({ bare }) => bare.firstTextMs),
    'a turn beside bare OpenCode’s, times': ratio,
  };
  const tables: Table[] = [
    {
      title: `a turn of ${seconds} s at 60 tokens a second, ${pairs.length} pairs`,
      columns: ['', 'median', 'least', 'most'],
      rows: Object.entries(rows).map(([name, { median: middle, least, most }]) => [
        name,
        middle,
        least,
        most,
      ]),
    },
  ];
  const lost = pairs.reduce((sum, { ours }) => sum + Math.abs(textLength(seconds) - ours.characters), 0);
  const targets = [
    atMost('a turn beside bare OpenCode’s', { value: ratio.median, limit: MAX_TURN_RATIO, unit: 'times' }),
    atMost('characters lost', { value: lost, limit: 0, unit: 'characters' }),
  ];
  return { bench: 'turn', figures: { seconds, pairs, ...rows }, targets, tables };
}

function spreadOf(pairs: readonly Pair[], of: (pair: Pair) => number): Spread {
  const values = pairs.map(of);
  return {
    median: rounded(median(values)),
    least: rounded(Math.min(...values)),
    most: rounded(Math.max(...values)),
  };
}
