import { findPreferences } from '@/db/preferences';
import { findRepositoriesOf } from '@/db/repositories';
import type { Preferences } from '@/domain/preferences';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { findModel } from '../models/find-model';

/** What the caller prefers, as far as it is still there: a repository that they lost, or a model, is no preference. */
export async function readPreferences(
  deps: Pick<Deps, 'db' | 'config'>,
  caller: Caller,
): Promise<Preferences> {
  const { id } = caller.person;
  const [kept, repositories] = await Promise.all([
    findPreferences(deps.db, id),
    findRepositoriesOf(deps.db, id),
  ]);
  const hasRepository = repositories.some((repository) => repository.id === kept.repositoryId);
  const hasModel = kept.modelId !== null && findModel(deps.config, kept.modelId) !== null;
  return {
    repositoryId: hasRepository ? kept.repositoryId : null,
    modelId: hasModel ? kept.modelId : null,
    effort: kept.effort,
  };
}
