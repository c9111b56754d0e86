import type { SessionEvent } from '@/domain/events/session-event';
import type { AnswerCommand, PromptCommand, SteerCommand } from '@/domain/wire/bridge';
import type { OpenCodeClient } from './client';
import type { Speech } from './speech';
import type { Output } from './turn-state';

/** What a turn needs to be run on OpenCode, or to be gone on with. */
export interface TurnOptions {
  client: OpenCodeClient;
  sessionId: string;
  prompt: PromptCommand;
  /** How hard the model is to think, by the name that the agent's configuration has for it. */
  variant: string | null;
  /** What was told of this turn before the bridge was restarted. */
  told: readonly SessionEvent[];
  /** What was said to this turn, and answered, before it was given or before the bridge was restarted. */
  steers: readonly SteerCommand[];
  answers: readonly AnswerCommand[];
  /** The turn was given before this bridge started. */
  isResumed: boolean;
  /** It was given to an earlier run of the agent, which died with it. */
  isOrphan: boolean;
  isStopRequested: boolean;
  /** Puts the files of what somebody says where the agent can open them. Never rejects. */
  prepare: (said: PromptCommand | SteerCommand) => Promise<Speech>;
  /** Notes durably that the turn is about to be given. */
  onGive: () => void;
  /** Takes what the agent does, in order; the next output waits for it. */
  onOutput: (output: Output) => Promise<void>;
  /** Kills the agent; its exit is then told by `agentExited`. */
  killAgent: () => void;
}
