import { savePreferences as save } from '@/db/preferences';
import { findRepositoriesOf } from '@/db/repositories';
import { AppError } from '@/domain/errors';
import type { Preferences } from '@/domain/preferences';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { insistOnModel } from '../models/find-model';

/**
 * Keeps what the caller prefers from now on, whole. Errors: `repository_not_found` for one that their teams don't
 * have, `model_unavailable` for a model that nothing here answers as.
 */
export async function savePreferences(
  deps: Pick<Deps, 'db' | 'config'>,
  caller: Caller,
  preferences: Preferences,
): Promise<Preferences> {
  const { repositoryId, modelId } = preferences;
  const { id } = caller.person;
  if (repositoryId !== null) {
    const repositories = await findRepositoriesOf(deps.db, id);
    if (!repositories.some((repository) => repository.id === repositoryId)) {
      throw new AppError('repository_not_found', 'Your teams have no such repository.');
    }
  }
  if (modelId !== null) insistOnModel(deps.config, modelId);
  await save(deps.db, id, preferences);
  return preferences;
}
