import { AppError } from '@/domain/errors';
import { Effort } from '@/domain/events/session-event';
import type { AgentModel, DeployedModel } from '@/services/deps';
import { KNOWN_MODELS, type KnownModel } from './known-models';

interface ModelEnvironment {
  ANTHROPIC_API_KEY?: string | undefined;
  OPENAI_API_KEY?: string | undefined;
  OPENROUTER_API_KEY?: string | undefined;
  MODEL_BASE_URL?: string | undefined;
  MODEL_API_KEY?: string | undefined;
  MODEL_NAME?: string | undefined;
  STAND_IN_MODEL_URL?: string | undefined;
}

/** A model that answers here, what the agent is told of it, and where its calls go with which key. */
export interface AvailableModel extends DeployedModel {
  upstream: { baseUrl: string; headers: Record<string, string> };
}

/** Somebody who answers calls, with the models that are known of them. */
interface Provider {
  name: string;
  /** How the agent speaks to it. */
  protocol: AgentModel['provider'];
  known: readonly KnownModel[];
  upstream: AvailableModel['upstream'];
}

/** Limits that hold for any model of today; a smaller true limit is found out by overflow and compaction. */
const CONTEXT_TOKENS = 200_000;
const OUTPUT_TOKENS = 32_000;
const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/**
 * The models that the set keys make available, the default first: an endpoint of one's own, then Anthropic, OpenAI and
 * OpenRouter, and without any the stand-in. `MODEL_NAME` names those of the first of them, comma-separated, where
 * others than the known ones are wanted, or fewer. Error: `model_unavailable` when nothing is set.
 */
export function availableModels(env: ModelEnvironment): [AvailableModel, ...AvailableModel[]] {
  const [first, ...others] = providers(env);
  if (first) {
    const named = namesIn(env.MODEL_NAME);
    const models = [
      ...(named.length > 0 ? named : first.known).map((model) => describe(first, model)),
      ...others.flatMap((provider) => provider.known.map((model) => describe(provider, model))),
    ];
    const [start, ...rest] = models.filter(isFirstOfItsId);
    if (start) return [start, ...rest];
  }
  if (env.STAND_IN_MODEL_URL) return [standIn(env.STAND_IN_MODEL_URL)];
  throw new AppError(
    'model_unavailable',
    'No model is configured. Set ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENROUTER_API_KEY, or MODEL_BASE_URL with MODEL_NAME.',
  );
}

function namesIn(list = ''): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function isFirstOfItsId(model: AvailableModel, index: number, all: AvailableModel[]): boolean {
  return all.findIndex(({ ref }) => ref.id === model.ref.id) === index;
}

function providers(env: ModelEnvironment): Provider[] {
  return [ownEndpoint(env), anthropic(env), openai(env), openrouter(env)].filter(
    (provider) => provider !== null,
  );
}

function ownEndpoint({ MODEL_BASE_URL, MODEL_API_KEY }: ModelEnvironment): Provider | null {
  if (!MODEL_BASE_URL) return null;
  const headers: Record<string, string> = MODEL_API_KEY ? { authorization: `Bearer ${MODEL_API_KEY}` } : {};
  return {
    ...{ name: '', protocol: 'openai-compatible' },
    known: [{ ...unknown('default'), label: 'Default model' }],
    upstream: { baseUrl: MODEL_BASE_URL, headers },
  };
}

function anthropic({ ANTHROPIC_API_KEY }: ModelEnvironment): Provider | null {
  if (!ANTHROPIC_API_KEY) return null;
  return {
    ...{ name: 'Anthropic', protocol: 'anthropic', known: KNOWN_MODELS.anthropic },
    upstream: {
      baseUrl: 'https://api.anthropic.com/v1',
      headers: { 'x-api-key': ANTHROPIC_API_KEY, 'anthropic-version': '2023-06-01' },
    },
  };
}

function openai({ OPENAI_API_KEY }: ModelEnvironment): Provider | null {
  if (!OPENAI_API_KEY) return null;
  return {
    ...{ name: 'OpenAI', protocol: 'openai', known: KNOWN_MODELS.openai },
    upstream: {
      baseUrl: 'https://api.openai.com/v1',
      headers: { authorization: `Bearer ${OPENAI_API_KEY}` },
    },
  };
}

function openrouter({ OPENROUTER_API_KEY }: ModelEnvironment): Provider | null {
  if (!OPENROUTER_API_KEY) return null;
  return {
    ...{ name: 'OpenRouter', protocol: 'openai-compatible', known: KNOWN_MODELS.openrouter },
    upstream: {
      baseUrl: 'https://openrouter.ai/api/v1',
      headers: { authorization: `Bearer ${OPENROUTER_API_KEY}` },
    },
  };
}

/** A model of which only the name is known: its price is unknown, and it is asked to think as hard as one wants. */
function unknown(id: string): KnownModel {
  return { id, label: id, contextTokens: CONTEXT_TOKENS, cost: NO_COST, efforts: Effort.options };
}

function describe({ name, protocol, known, upstream }: Provider, given: KnownModel | string): AvailableModel {
  const id = typeof given === 'string' ? given : given.id;
  const model = known.find((candidate) => candidate.id === id) ?? unknown(id);
  const { label, contextTokens, cost, efforts } = model;
  return {
    ref: { id, label: name === '' ? label : `${name} ${label}`, standIn: false },
    agent: {
      ...{ provider: protocol, id, contextTokens, outputTokens: OUTPUT_TOKENS, cost },
      acceptsImages: true,
    },
    efforts,
    upstream,
  };
}

function standIn(baseUrl: string): AvailableModel {
  const provider: Provider = {
    ...{ name: '', protocol: 'openai-compatible', known: [], upstream: { baseUrl, headers: {} } },
  };
  const ref = { id: 'stand-in', label: 'Stand-in model (no key is set)', standIn: true };
  return { ...describe(provider, ref.id), ref };
}
