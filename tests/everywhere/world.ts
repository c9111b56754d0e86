import { randomUUID } from 'node:crypto';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import type { apiClient } from '@/embedded/stack/browser-sign-in';
import type { Visitor } from '../support/browser';

/** Where the tests are: a stack, and ada in front of it with a browser and a token. */
export interface World {
  readonly baseUrl: string;
  readonly ada: Visitor;
  /** Ada in front of another browser, which the test closes. */
  adaElsewhere(): Promise<Visitor>;
  api(): ReturnType<typeof apiClient>;
}

export const newIds = () => ({
  sessionId: SessionId.parse(randomUUID()),
  commandId: CommandId.parse(randomUUID()),
});

export const newPrompt = (text: string) => ({ promptId: PromptId.parse(randomUUID()), text });
