import { findModelCalls, type ModelCalls } from '@/db/usage';
import type { Effort } from '@/domain/events/session-event';
import type { AgentModel, DeployedModel, Deps } from '../deps';

/** A model that sessions here can run on. */
export interface ModelView {
  id: string;
  label: string;
  /** How the agent speaks to it. */
  provider: AgentModel['provider'];
  /** It follows written patterns and is no language model. */
  standIn: boolean;
  /** Sessions start with it when nothing else is asked for. */
  isDefault: boolean;
  contextTokens: number;
  outputTokens: number;
  acceptsImages: boolean;
  /** How hard it can be asked to think. */
  efforts: readonly Effort[];
  /** US dollars for a million tokens; null where nobody knows. */
  pricesUsd: AgentModel['cost'] | null;
  /** What came of its calls lately. */
  calls: ModelCalls;
  /** As its calls of the last day went; `unused` without any. */
  state: 'answering' | 'failing' | 'unused';
}

/** The models of this deployment, the default first. */
export async function listModels(deps: Pick<Deps, 'db' | 'config'>): Promise<ModelView[]> {
  const { models } = deps.config;
  const calls = await Promise.all(models.map(({ ref }) => findModelCalls(deps.db, ref.id)));
  return models.map((model, index) => view(model, index === 0, calls[index] ?? NO_CALLS));
}

const NO_CALLS: ModelCalls = { answered: 0, failed: 0, lastAnsweredAt: null };

function view({ ref, agent, efforts }: DeployedModel, isDefault: boolean, calls: ModelCalls): ModelView {
  const { provider, contextTokens, outputTokens, acceptsImages, cost } = agent;
  const isPriced = Object.values(cost).some((price) => price > 0);
  return {
    ...ref,
    ...{ provider, contextTokens, outputTokens, acceptsImages, efforts, isDefault, calls },
    pricesUsd: isPriced ? cost : null,
    state: calls.answered > 0 ? 'answering' : calls.failed > 0 ? 'failing' : 'unused',
  };
}
