import { AppError } from '@/domain/errors';
import type { DeployedModel, DeploymentConfig } from '../deps';

type Models = Pick<DeploymentConfig, 'models'>;

export function findModel({ models }: Models, id: string): DeployedModel | null {
  return models.find(({ ref }) => ref.id === id) ?? null;
}

/** The model of this id. Error: `model_unavailable`, with what there is instead. */
export function insistOnModel(config: Models, id: string): DeployedModel {
  const model = findModel(config, id);
  if (model) return model;
  const ids = config.models.map(({ ref }) => ref.id).join(', ');
  throw new AppError('model_unavailable', `There is no model “${id}” here. There is: ${ids}.`);
}

/** The model that a session runs on: the default one when its own is not to be had any more. */
export function modelOf(config: Models, { modelId }: { modelId: string }): DeployedModel {
  return findModel(config, modelId) ?? config.models[0];
}
