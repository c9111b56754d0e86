import { AppError } from '@/domain/errors';
import type { ModelRef } from '@/domain/events/session-event';
import type { BootResponse } from '@/domain/wire/bridge';

interface ModelEnvironment {
  ANTHROPIC_API_KEY?: string | undefined;
  OPENAI_API_KEY?: string | undefined;
  OPENROUTER_API_KEY?: string | undefined;
  MODEL_BASE_URL?: string | undefined;
  MODEL_API_KEY?: string | undefined;
  MODEL_NAME?: string | undefined;
  STAND_IN_MODEL_URL?: string | undefined;
}

/** The model that answers, what the agent is told of it, and where its calls go with which key. */
export interface ChosenModel {
  ref: ModelRef;
  agent: BootResponse['model'];
  upstream: { baseUrl: string; headers: Record<string, string> };
}

const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Limits that hold for any model of today; a smaller true limit is found out by overflow and compaction. */
const LIMITS = { contextTokens: 200_000, outputTokens: 32_000, acceptsImages: true };

/**
 * Chooses by the keys that are set: an endpoint of one's own, then Anthropic, OpenAI, OpenRouter, and without any
 * the stand-in. `MODEL_NAME` names the model for each of them.
 */
export function chooseModel(env: ModelEnvironment): ChosenModel {
  const chosen = ownEndpoint(env) ?? anthropic(env) ?? openai(env) ?? openrouter(env) ?? standIn(env);
  if (chosen) return chosen;
  throw new AppError(
    'model_unavailable',
    'No model is configured. Set ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENROUTER_API_KEY, or MODEL_BASE_URL with MODEL_NAME.',
  );
}

function compatible(id: string, label: string, standInModel: boolean): Pick<ChosenModel, 'ref' | 'agent'> {
  return {
    ref: { id, label, standIn: standInModel },
    agent: { provider: 'openai-compatible', id, ...LIMITS, cost: NO_COST },
  };
}

function ownEndpoint(env: ModelEnvironment): ChosenModel | null {
  if (!env.MODEL_BASE_URL) return null;
  const id = env.MODEL_NAME ?? 'default';
  const headers: Record<string, string> = env.MODEL_API_KEY
    ? { authorization: `Bearer ${env.MODEL_API_KEY}` }
    : {};
  return { ...compatible(id, id, false), upstream: { baseUrl: env.MODEL_BASE_URL, headers } };
}

function anthropic(env: ModelEnvironment): ChosenModel | null {
  if (!env.ANTHROPIC_API_KEY) return null;
  const id = env.MODEL_NAME ?? 'claude-sonnet-4-5';
  return {
    ref: { id, label: `Anthropic ${id}`, standIn: false },
    agent: {
      provider: 'anthropic',
      id,
      ...LIMITS,
      cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    },
    upstream: {
      baseUrl: 'https://api.anthropic.com/v1',
      headers: { 'x-api-key': env.ANTHROPIC_API_KEY, 'anthropic-version': '2023-06-01' },
    },
  };
}

function openai(env: ModelEnvironment): ChosenModel | null {
  if (!env.OPENAI_API_KEY) return null;
  const id = env.MODEL_NAME ?? 'gpt-5';
  return {
    ref: { id, label: `OpenAI ${id}`, standIn: false },
    agent: {
      provider: 'openai',
      id,
      ...LIMITS,
      cost: { input: 1.25, output: 10, cacheRead: 0.125, cacheWrite: 0 },
    },
    upstream: {
      baseUrl: 'https://api.openai.com/v1',
      headers: { authorization: `Bearer ${env.OPENAI_API_KEY}` },
    },
  };
}

function openrouter(env: ModelEnvironment): ChosenModel | null {
  if (!env.OPENROUTER_API_KEY) return null;
  const id = env.MODEL_NAME ?? 'anthropic/claude-sonnet-4.5';
  return {
    ...compatible(id, `OpenRouter ${id}`, false),
    upstream: {
      baseUrl: 'https://openrouter.ai/api/v1',
      headers: { authorization: `Bearer ${env.OPENROUTER_API_KEY}` },
    },
  };
}

function standIn(env: ModelEnvironment): ChosenModel | null {
  if (!env.STAND_IN_MODEL_URL) return null;
  return {
    ...compatible('stand-in', 'Stand-in model (no key is set)', true),
    upstream: { baseUrl: env.STAND_IN_MODEL_URL, headers: {} },
  };
}
