import { availableParallelism, totalmem } from 'node:os';
import { type HostResources } from '@/domain/wire/sandbox-host';

/** What one sandbox may use. */
export type Limits = { [Name in keyof HostResources]-?: number };

const MIB = 1024 * 1024;

function mostMemoryMiB(): number {
  return Math.floor((totalmem() / MIB) * 0.75);
}

/** For one of several sandboxes on somebody's own machine, which has to stay of use to them. */
function defaultLimits(): Limits {
  return {
    memoryMiB: Math.min(4_096, mostMemoryMiB()),
    cpus: Math.max(1, availableParallelism() * 0.8),
    // Threads count: a browser with its tests takes hundreds.
    processes: 2_048,
    diskMiB: 20_480,
  };
}

/** What was asked for, or the usual; never more memory or processors than leave the machine of use to its owner. */
export function limitsOf({ memoryMiB, cpus, processes, diskMiB }: HostResources): Limits {
  const usual = defaultLimits();
  return {
    memoryMiB: Math.min(memoryMiB ?? usual.memoryMiB, mostMemoryMiB()),
    cpus: Math.min(cpus ?? usual.cpus, availableParallelism()),
    processes: processes ?? usual.processes,
    diskMiB: diskMiB ?? usual.diskMiB,
  };
}
