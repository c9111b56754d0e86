import { insertUsage } from '@/db/usage';
import type { Deps } from '../deps';
import type { ModelCallAccount } from './authorize-model-call';

export interface ModelUsage {
  model: string;
  inputTokens: number;
  outputTokens: number;
  isEstimated: boolean;
  status: number;
}

/** Notes what one model call used, per session, epoch, turn and person. */
export async function recordUsage(
  deps: Pick<Deps, 'db'>,
  account: ModelCallAccount,
  usage: ModelUsage,
): Promise<void> {
  await insertUsage(deps.db, { ...account, ...usage });
}
