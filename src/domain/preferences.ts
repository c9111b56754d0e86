import { z } from 'zod';
import { Effort } from './events/session-event';
import { RepositoryId } from './ids';

/** What a person wants new sessions to start with; null leaves it to the deployment, or to what was used last. */
export const Preferences = z.object({
  repositoryId: RepositoryId.nullable().default(null),
  modelId: z.string().max(200).nullable().default(null),
  effort: Effort.nullable().default(null),
});
export type Preferences = z.infer<typeof Preferences>;

export const NO_PREFERENCES: Preferences = { repositoryId: null, modelId: null, effort: null };
