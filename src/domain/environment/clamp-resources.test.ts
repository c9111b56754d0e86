import { describe, expect, it } from 'vitest';
import { clampResources } from './clamp-resources';

const MAXIMA = { cpus: 8, memoryMiB: 16_384, diskMiB: 40_960, processes: 4_096 };

describe('the resources that a repository asks for', () => {
  it('are given as far as the deployment allows', () => {
    const asked = { cpus: 64, memoryMiB: 16_385, diskMiB: 40_960, processes: 16 };
    expect(clampResources(asked, MAXIMA)).toEqual({ ...MAXIMA, processes: 16 });
  });

  it('stay out where nothing was asked for, so that the provider chooses', () => {
    expect(clampResources({ cpus: 2 }, MAXIMA)).toEqual({ cpus: 2 });
    expect(clampResources({}, MAXIMA)).toEqual({});
  });
});
