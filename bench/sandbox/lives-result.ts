import { atMost, type BenchResult } from '../lib/bench';
import { median } from '../lib/statistics';
import type { Life, Span } from './session-lives';

/** Promised: a session wakes in at most so much of what its first start took. */
const MAX_WAKE_RATIO = 0.25;

export interface LifeFigures {
  lives: Life[];
  /** First starts in a repository without a setup, one after each life. */
  fromImage: Span[];
}

/** The whole sessions of the bench, told: medians, and how long each phase lasted. */
export function livesResult(
  { lives, fromImage }: LifeFigures,
  files: number,
): Required<Omit<BenchResult, 'bench'>> {
  const spans = {
    'cold start, with setup': lives.map(({ cold }) => cold),
    'start from the image': fromImage,
    'wake from a snapshot': lives.map(({ wake }) => wake),
    sleep: lives.map(({ sleep }) => sleep),
  };
  const whole = (list: readonly Span[]): number => median(list.map(({ ms }) => ms));
  return {
    figures: { lives, fromImage },
    targets: [
      atMost('wake beside a cold start with setup', {
        value: median(lives.map(({ cold, wake }) => wake.ms / cold.ms)),
        limit: MAX_WAKE_RATIO,
        unit: 'times',
      }),
    ],
    tables: [
      {
        title: `whole sessions with ${files} files`,
        columns: ['', 'ms', 'of which, ms'],
        rows: Object.entries(spans).map(([name, list]) => [name, Math.round(whole(list)), sharesOf(list)]),
      },
    ],
  };
}

/** Each phase with the median of how long it lasted, as `cloning 310, setup 5200`. */
function sharesOf(list: readonly Span[]): string {
  const names = Object.keys(list[0]?.phases ?? {});
  return names
    .map((name) => `${name} ${Math.round(median(list.map(({ phases }) => phases[name] ?? 0)))}`)
    .join(', ');
}
