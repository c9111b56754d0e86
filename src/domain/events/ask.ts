import { z } from 'zod';

/** A short text that people read. */
const line = z.string().max(2_000);

const AskedQuestion = z.object({
  header: line,
  question: line,
  options: z.array(z.object({ label: line, description: line })).max(50),
  /** More than one option may be chosen. */
  isMultiple: z.boolean(),
  /** An answer in own words is welcome too. */
  allowsOwnText: z.boolean(),
});
export type AskedQuestion = z.infer<typeof AskedQuestion>;

/** What the agent wants of people before it goes on. */
export const Ask = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('permission'),
    /** The agent's name of what it wants to do, such as `bash`. */
    permission: line,
    /** One line that says it, such as the command. */
    title: line,
    /** What "always" would allow from then on, in this session. */
    always: z.array(line).max(50),
  }),
  z.object({ type: z.literal('question'), questions: z.array(AskedQuestion).min(1).max(20) }),
]);
export type Ask = z.infer<typeof Ask>;

export const AskAnswer = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('permission'),
    reply: z.enum(['once', 'always', 'reject']),
    /** Told to the agent with a rejection. */
    message: line.nullable(),
  }),
  /** One list of chosen labels or own words for each question, in their order. */
  z.object({ type: z.literal('question'), answers: z.array(z.array(line).max(50)).min(1).max(20) }),
  /** No answer is given; the agent goes on without. */
  z.object({ type: z.literal('dismiss'), message: line.nullable() }),
]);
export type AskAnswer = z.infer<typeof AskAnswer>;
