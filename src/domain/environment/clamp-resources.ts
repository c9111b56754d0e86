import type { RepositoryEnvironment } from './environment';

type Resources = NonNullable<RepositoryEnvironment['resources']>;
type Name = keyof Resources;

const NAMES = ['cpus', 'memoryMiB', 'diskMiB', 'processes'] as const satisfies readonly Name[];

/** What was asked for, at most the maxima; what was not asked for stays out, and is the provider's choice. */
export function clampResources(
  asked: Resources,
  maxima: Record<Name, number>,
): Partial<Record<Name, number>> {
  const clamped: Partial<Record<Name, number>> = {};
  for (const name of NAMES) {
    const value = asked[name];
    if (value !== undefined) clamped[name] = Math.min(value, maxima[name]);
  }
  return clamped;
}
