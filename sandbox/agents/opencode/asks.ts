import { z } from 'zod';
import type { Ask } from '@/domain/events/ask';
import { cutText } from '@/domain/events/text-hygiene';
import { AskId } from '@/domain/ids';
import { describeInput } from './tool-words';

/** What OpenCode asks of people, as it asks it, and the same as people read it. Field names are OpenCode's. */

/** The tool call that waits for the answer; a loop that is asked about names none. */
const AskingTool = z.object({ messageID: z.string(), callID: z.string() }).optional();

const text = z.string().optional().catch(undefined);

export const PermissionAsk = z.object({
  id: AskId,
  sessionID: z.string(),
  permission: z.string(),
  patterns: z.array(z.string()),
  metadata: z
    .object({
      command: text,
      filepath: text,
      directories: z.array(z.string()).optional().catch(undefined),
      url: text,
      tool: text,
      input: z.unknown().optional(),
    })
    .catch({}),
  always: z.array(z.string()),
  tool: AskingTool,
});
export type PermissionAsk = z.infer<typeof PermissionAsk>;

export const QuestionAsk = z.object({
  id: AskId,
  sessionID: z.string(),
  questions: z.array(
    z.object({
      question: z.string(),
      header: z.string(),
      options: z.array(z.object({ label: z.string(), description: z.string() })),
      multiple: z.boolean().optional(),
      /** Whether an own answer may be typed; it may unless this says no. */
      custom: z.boolean().optional(),
    }),
  ),
  tool: AskingTool,
});
export type QuestionAsk = z.infer<typeof QuestionAsk>;

/** Everything that waits for an answer in OpenCode at a moment, of all its conversations. */
export interface PendingAsks {
  permissions: readonly PermissionAsk[];
  questions: readonly QuestionAsk[];
}

/** Reads the two lists; what can't be read is left out, since one strange ask must not hide the others. */
export function readPending(permissions: unknown, questions: unknown): PendingAsks {
  return { permissions: readEach(PermissionAsk, permissions), questions: readEach(QuestionAsk, questions) };
}

function readEach<T>(schema: z.ZodType<T>, given: unknown): T[] {
  return z
    .array(z.unknown())
    .parse(given)
    .flatMap((item) => schema.safeParse(item).data ?? []);
}

const line = (said: string): string => cutText(said, 2_000);

export function describePermission({ permission, patterns, metadata, always }: PermissionAsk): Ask {
  return {
    type: 'permission',
    permission: line(permission),
    title: line(titleOf(permission, patterns, metadata)),
    always: always.slice(0, 50).map(line),
  };
}

/** What a person has to read before they say yes. */
function titleOf(
  permission: string,
  patterns: readonly string[],
  { command, filepath, directories, url, tool, input }: PermissionAsk['metadata'],
): string {
  switch (permission) {
    case 'external_directory': {
      const where = filepath ?? (directories ?? patterns).join(', ');
      return `Use files outside the repository: ${where}${command === undefined ? '' : ` (${command})`}`;
    }
    case 'webfetch':
      return `Fetch ${url ?? patterns.join(', ')}`;
    case 'doom_loop':
      return `Go on, though it calls ${tool ?? patterns.join(', ')} with the same input again and again: ${describeInput(input)}`;
    default:
      return command ?? filepath ?? `${permission} ${patterns.join(', ')}`.trim();
  }
}

/** Null for an ask without a question, which nobody could answer. */
export function describeQuestions({ questions }: QuestionAsk): Ask | null {
  if (questions.length === 0) return null;
  return {
    type: 'question',
    questions: questions.slice(0, 20).map(({ question, header, options, multiple, custom }) => ({
      header: line(header),
      question: line(question),
      options: options
        .slice(0, 50)
        .map(({ label, description }) => ({ label: line(label), description: line(description) })),
      isMultiple: multiple === true,
      allowsOwnText: custom !== false,
    })),
  };
}
