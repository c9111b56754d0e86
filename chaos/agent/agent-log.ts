import { z } from 'zod';

/**
 * What replaying agents write down of their own doings, outside of every sandbox: the truth that a run's log is
 * compared with at its end.
 */
export const AgentLogLine = z.discriminatedUnion('t', [
  /** Work on a prompt began. Twice for one prompt without a retry is a prompt that ran twice. */
  z.object({ t: z.literal('begin'), marker: z.string(), messageId: z.string() }),
  /** Work on it ended by itself or by an abort; `said` are the texts that everybody must have been shown. */
  z.object({
    t: z.literal('end'),
    marker: z.string(),
    messageId: z.string(),
    outcome: z.enum(['completed', 'failed', 'aborted']),
    said: z.array(z.string()),
  }),
  /** Something was said to the running turn. */
  z.object({ t: z.literal('steer'), marker: z.string(), messageId: z.string() }),
  /** An answer was taken. A second one for the same ask is not. */
  z.object({ t: z.literal('answer'), requestId: z.string(), isFirst: z.boolean() }),
]);
export type AgentLogLine = z.infer<typeof AgentLogLine>;

/** How a prompt of a chaos run names itself, and says what is to be done. */
export interface Directions {
  marker: string;
  /** Names of recordings, in order. */
  play: string[];
  /** Milliseconds between two events. */
  paceMs: number;
  /** How often each piece of text is repeated. */
  volume: number;
  /** How long the agent thinks before its last step. */
  waitMs: number;
}

export function wordsOf({ marker, play, paceMs, volume, waitMs }: Directions): string {
  return `Do it. [[p:${marker}]] [[play:${play.join('+')}]] [[pace:${paceMs}]] [[volume:${volume}]] [[wait:${waitMs}]]`;
}

/** What was said to a turn names no prompt. */
export const UNMARKED = 'unmarked';

export function readDirections(text: string): Directions {
  const read = (name: string): string | undefined =>
    new RegExp(`\\[\\[${name}:([^\\]]*)\\]\\]`).exec(text)?.[1];
  return {
    marker: read('p') ?? UNMARKED,
    play: (read('play') ?? 'hello').split('+'),
    paceMs: Number(read('pace') ?? 10),
    volume: Number(read('volume') ?? 1),
    waitMs: Number(read('wait') ?? 0),
  };
}
