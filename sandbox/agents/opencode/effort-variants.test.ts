import { expect, test } from 'vitest';
import { bootFor } from '@/testing/bridge-sandbox';
import { effortVariants } from './effort-variants';

const model = bootFor('/nowhere').model;
const claude = (id: string, outputTokens = 64_000) =>
  effortVariants({ ...model, provider: 'anthropic', id, outputTokens });
const budget = (budgetTokens: number) => ({ thinking: { type: 'enabled', budgetTokens } });

test.each([
  'claude-3-7-sonnet-latest',
  'claude-sonnet-4-20250514',
  'claude-sonnet-4-5',
  'claude-haiku-4.5',
  'claude-opus-4-1',
])('%s takes a budget of thinking tokens', (id) => {
  expect(claude(id)).toEqual({ low: budget(4_000), medium: budget(10_000), high: budget(16_000) });
});

test.each([
  'claude-opus-4-5',
  'claude-opus-4-6',
  'claude-sonnet-4.6',
  'claude-opus-4-8',
  'claude-sonnet-5',
  'claude-3-5-haiku-latest',
])('%s takes none', (id) => {
  expect(claude(id)).toEqual({});
});

test('a budget leaves half of what the model may write for the answer', () => {
  expect(claude('claude-sonnet-4-5', 8_000)).toEqual({
    ...{ low: budget(3_999), medium: budget(3_999), high: budget(3_999) },
  });
});

test('of other providers OpenCode knows the efforts itself', () => {
  expect(effortVariants({ ...model, provider: 'openai', id: 'gpt-5.2' })).toEqual({});
});
