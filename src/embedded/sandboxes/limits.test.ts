import { availableParallelism, totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { limitsOf } from './limits';

describe('the limits of a sandbox on this machine', () => {
  it('never reach all of its memory, nor more processors than it has', () => {
    const limits = limitsOf({ cpus: 64_000, memoryMiB: 1_000_000_000, diskMiB: 7, processes: 9 });
    expect(limits.cpus).toBe(availableParallelism());
    expect(limits.memoryMiB * 1024 * 1024).toBeLessThan(totalmem());
    expect(limits).toMatchObject({ diskMiB: 7, processes: 9 });
  });

  it('are what was asked for where the machine has it', () => {
    expect(limitsOf({ cpus: 0.5, memoryMiB: 64 })).toMatchObject({ cpus: 0.5, memoryMiB: 64 });
  });
});
