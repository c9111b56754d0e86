import { Effort } from '@/domain/events/session-event';
import type { AgentModel } from '@/services/deps';

/** A model as its provider sells it. */
export interface KnownModel {
  id: string;
  label: string;
  contextTokens: number;
  /** US dollars for a million tokens. */
  cost: AgentModel['cost'];
  efforts: readonly Effort[];
}

const EFFORTS = Effort.options;

/** Prices and windows as published by the providers in November 2026; the first of each list is its default. */
const ANTHROPIC: readonly KnownModel[] = [
  {
    ...{ id: 'claude-sonnet-5', label: 'Claude Sonnet 5', contextTokens: 1_000_000, efforts: EFFORTS },
    cost: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  },
  {
    ...{ id: 'claude-opus-5', label: 'Claude Opus 5', contextTokens: 1_000_000, efforts: EFFORTS },
    cost: { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  },
  {
    ...{ id: 'claude-haiku-4-5', label: 'Claude Haiku 4.5', contextTokens: 200_000, efforts: EFFORTS },
    cost: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
  },
];

const OPENAI: readonly KnownModel[] = [
  {
    // Beyond 272,000 tokens of input it costs twice as much, so its window ends there.
    ...{ id: 'gpt-5.4', label: 'GPT-5.4', contextTokens: 400_000, efforts: EFFORTS },
    cost: { input: 2.5, output: 15, cacheRead: 0.25, cacheWrite: 0 },
  },
  {
    ...{ id: 'gpt-5.4-mini', label: 'GPT-5.4 mini', contextTokens: 400_000, efforts: EFFORTS },
    cost: { input: 0.75, output: 4.5, cacheRead: 0.075, cacheWrite: 0 },
  },
];

/** OpenRouter charges what the providers charge, under names of its own. */
const OPENROUTER: readonly KnownModel[] = [...ANTHROPIC.slice(0, 2), ...OPENAI].map((model) => ({
  ...model,
  id: `${model.id.startsWith('claude') ? 'anthropic' : 'openai'}/${model.id}`,
}));

export const KNOWN_MODELS = { anthropic: ANTHROPIC, openai: OPENAI, openrouter: OPENROUTER };
