import { findModelCalls, type ModelCalls } from '@/db/usage';
import type { Deps } from '../deps';

type AgentModel = Deps['config']['agentModel'];

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
  /** US dollars for a million tokens; null where nobody knows. */
  pricesUsd: AgentModel['cost'] | null;
  calls: ModelCalls;
}

/** The models of this deployment, the default first. */
export async function listModels(deps: Pick<Deps, 'db' | 'config'>): Promise<ModelView[]> {
  const { model, agentModel } = deps.config;
  const { provider, contextTokens, outputTokens, acceptsImages, cost } = agentModel;
  const isPriced = Object.values(cost).some((price) => price > 0);
  return [
    {
      ...model,
      ...{ provider, contextTokens, outputTokens, acceptsImages },
      isDefault: true,
      pricesUsd: isPriced ? cost : null,
      calls: await findModelCalls(deps.db, model.id),
    },
  ];
}
