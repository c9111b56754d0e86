import { describe, expect, it } from 'vitest';
import { type BuildState, buildOutcome, isBuildDue } from './build';

const build = (state: BuildState, fingerprint = 'same') => ({ state, fingerprint });

describe('a build that nobody asked for', () => {
  it.each<[string, ReturnType<typeof build>[], boolean]>([
    ['the first', [], true],
    ['the same as the newest good one', [build('ready')], false],
    ['another than the newest good one', [build('ready', 'other')], true],
    ['what failed once', [build('failed'), build('ready', 'other')], true],
    ['what failed twice', [build('failed'), build('failed'), build('ready')], true],
    ['what failed three times', [build('failed'), build('failed'), build('failed')], false],
    ['another than failed three times', [1, 2, 3].map(() => build('failed', 'other')), true],
    ['an older good one, after another', [build('ready', 'other'), build('ready')], true],
  ])('%s', (_name, newest, isDue) => {
    expect(isBuildDue(newest, 'same')).toBe(isDue);
  });
});

describe('how a build ended', () => {
  const why = { code: 'setup_failed', message: 'The setup failed.' };
  const end = { code: 'sandbox_lost', message: 'The sandbox is gone.' };
  const seen = { isDiskKept: true, setup: null, end: null };

  it.each(['none', 'requested', 'booting', 'setup', 'ready', 'quiescing', 'snapshotting'] as const)(
    'is open at %s',
    (phase) => expect(buildOutcome({ ...seen, phase, end })).toBeNull(),
  );

  it('is good with its disk kept, and not without, or when the setup failed', () => {
    expect(buildOutcome({ ...seen, phase: 'asleep' })).toEqual({ state: 'ready' });
    expect(buildOutcome({ ...seen, phase: 'asleep', setup: why })).toEqual({ state: 'failed', reason: why });
    expect(buildOutcome({ ...seen, phase: 'asleep', isDiskKept: false })).toMatchObject({
      reason: { code: 'disk_not_kept' },
    });
  });

  it.each(['failed', 'lost', 'ended'] as const)(
    'is a failure at %s, with the reason if there is one',
    (phase) => {
      expect(buildOutcome({ ...seen, phase, end })).toEqual({ state: 'failed', reason: end });
      expect(buildOutcome({ ...seen, phase })).toMatchObject({ reason: { code: 'build_failed' } });
    },
  );
});
