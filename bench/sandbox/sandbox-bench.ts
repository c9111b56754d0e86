// What it takes to start a sandbox over a large workspace and to put it to sleep: the local provider's own part beside
// bare bubblewrap that runs nothing, and whole sessions by their logs. All in one run and in turn.
import { parseArgs } from 'node:util';
import type { Bench } from '../lib/bench';
import { type LifeFigures, livesResult } from './lives-result';
import { type ProviderRound, openProviderStage } from './provider-stage';
import { providerResult } from './provider-result';
import { openLivesStage } from './session-lives';

type Say = (line: string) => void;

export const sandboxBench: Bench = {
  run: async ({ args, say }) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        files: { type: 'string', default: '60000' },
        rounds: { type: 'string', default: '15' },
        lives: { type: 'string', default: '3' },
        quick: { type: 'boolean', default: false },
      },
    });
    const files = Number(values.files);
    const [rounds, lives] = values.quick ? [5, 1] : [Number(values.rounds), Number(values.lives)];
    const provider = providerResult(await measureProvider({ files, rounds }, say));
    const sessions = livesResult(await measureLives({ files, lives }, say), files);
    return {
      bench: 'sandbox',
      figures: { files, ...provider.figures, ...sessions.figures },
      targets: [...provider.targets, ...sessions.targets],
      tables: [...provider.tables, ...sessions.tables],
    };
  },
};

async function measureProvider(
  { files, rounds: count }: { files: number; rounds: number },
  say: Say,
): Promise<{ notice: string; files: number; rounds: ProviderRound[] }> {
  const stage = await openProviderStage();
  try {
    say(`bench: ${stage.notice}`);
    say(`bench: a workspace of ${files} files is made`);
    const base = await stage.prepare(files);
    say('bench: a round that does not count, so that all is warm');
    await stage.round(base);
    const rounds: ProviderRound[] = [];
    for (let round = 1; round <= count; round += 1) {
      say(`bench: round ${round} of ${count}`);
      rounds.push(await stage.round(base));
    }
    return { notice: stage.notice, files, rounds };
  } finally {
    await stage.close();
  }
}

async function measureLives(
  { files, lives: count }: { files: number; lives: number },
  say: Say,
): Promise<LifeFigures> {
  const stage = await openLivesStage(files, say);
  try {
    say('bench: a session that does not count, so that all is warm');
    await stage.fromImage();
    const figures: LifeFigures = { lives: [], fromImage: [] };
    for (let life = 1; life <= count; life += 1) {
      say(`bench: session ${life} of ${count} is started, sleeps and wakes`);
      figures.lives.push(await stage.life());
      figures.fromImage.push(await stage.fromImage());
    }
    return figures;
  } finally {
    await stage.close();
  }
}
