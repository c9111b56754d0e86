import { quantile, rounded } from './statistics';

export interface Latency {
  count: number;
  p50: number;
  p95: number;
  p99: number;
}

/** Quantiles of some durations in milliseconds. */
export function latencyOf(values: readonly number[]): Latency {
  const at = (share: number): number => rounded(quantile(values, share));
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
