import { seededRandom } from '@/testing/virtual-time';

/** Chance that depends on a seed only. */
export class Dice {
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** True in this share of throws, 0 to 1. */
  chance(share: number): boolean {
    return this.random() < share;
  }

  /** In [from, to). */
  between(from: number, to: number): number {
    return from + this.random() * (to - from);
  }

  /** A whole number in [from, to]. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  /** One of these, by their weights. Throws for an empty list. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let left = this.random() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    const chosen = choices.find(([, weight]) => (left -= weight) < 0) ?? choices.at(-1);
    if (!chosen) throw new Error('There is nothing to choose from.');
    return chosen[0];
  }

  pick<T>(choices: readonly T[]): T {
    return this.weighted(choices.map((choice) => [choice, 1] as const));
  }

  /** The same in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: this.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }
}
