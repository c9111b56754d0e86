import type { TakenRequest } from '@/db/slack-requests';
import type { ChatRequest } from '@/domain/chat/chat-request';
import type { Caller } from '../caller';
import type { OpenWorkspace } from './slack-world';

/** A request that was read, and what else is known of it. */
export type ReadRequest<T extends ChatRequest = ChatRequest> = Omit<TakenRequest, 'request'> & { request: T };

/** Done, or put aside until something happened. */
export interface Worked {
  heldFor: string | null;
}

export const DONE: Worked = { heldFor: null };

/** Where somebody asks, and who they are here. */
export interface ChatScene {
  workspace: OpenWorkspace;
  caller: Caller;
}
