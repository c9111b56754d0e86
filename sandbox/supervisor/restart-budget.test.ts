import { describe, expect, test } from 'vitest';
import { afterDeath, DEATH_WINDOW_MS, type Deaths } from './restart-budget';

describe('afterDeath', () => {
  test('waits longer after each death and gives up at the fifth within five minutes', () => {
    const delays: (number | null)[] = [];
    let deaths: Deaths = [];
    for (const at of [0, 1_000, 2_000, 3_000, 4_000]) {
      const answer = afterDeath(deaths, at);
      deaths = answer.deaths;
      delays.push(answer.delayMs);
    }
    expect(delays).toEqual([100, 200, 400, 800, null]);
  });

  test('forgets deaths that are older than the window', () => {
    const old = [0, 1, 2, 3];
    expect(afterDeath(old, DEATH_WINDOW_MS + 4)).toEqual({ deaths: [DEATH_WINDOW_MS + 4], delayMs: 100 });
  });
});
