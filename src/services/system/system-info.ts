import type { Isolation, ModelRef } from '@/domain/events/session-event';
import type { Deps } from '../deps';

export interface SystemInfo {
  version: string;
  model: ModelRef;
  sandbox: { provider: string; isolation: Isolation };
  realtime: Deps['config']['realtime'];
}

/** What a client needs to know of this deployment, and says aloud: its model and how sandboxes are walled off. */
export async function systemInfo(deps: Pick<Deps, 'config' | 'sandboxes'>): Promise<SystemInfo> {
  const { isolation } = await deps.sandboxes.capabilities();
  const { version, models, realtime } = deps.config;
  return { version, model: models[0].ref, realtime, sandbox: { provider: deps.sandboxes.kind, isolation } };
}
