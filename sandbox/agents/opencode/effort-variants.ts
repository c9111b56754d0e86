import type { BootResponse } from '@/domain/wire/bridge';

/** Thinking tokens of an older Claude by effort. A budget is at least 1,024 and leaves room for the answer. */
const BUDGETS = { low: 4_000, medium: 10_000, high: 16_000 } as const;
const MIN_BUDGET = 1_024;

/**
 * What OpenCode lacks of `low`, `medium` and `high` for a model. For OpenAI's protocols, and for a Claude that takes an
 * effort, it makes all three by itself; for one that takes a budget of thinking tokens it knows other names only.
 */
export function effortVariants({ provider, id, outputTokens }: BootResponse['model']): object {
  if (provider !== 'anthropic' || !takesBudget(id)) return {};
  const most = Math.max(MIN_BUDGET, Math.floor(outputTokens / 2) - 1);
  return Object.fromEntries(
    Object.entries(BUDGETS).map(([effort, budget]) => [
      effort,
      { thinking: { type: 'enabled', budgetTokens: Math.min(budget, most) } },
    ]),
  );
}

/** Claude 3.7 to 4.5, but for Opus 4.5, which was the first to take an effort. */
function takesBudget(id: string): boolean {
  const version = /claude-(?:[a-z]+-)?(\d+)(?:[.-](\d{1,2}))?(?:[.@-]|$)/i.exec(id);
  if (!version || /opus-4[.-]5/i.test(id)) return false;
  const [major, minor] = [Number(version[1]), Number(version[2] ?? 0)];
  return (major === 3 && minor >= 7) || (major === 4 && minor <= 5);
}
