import { z } from 'zod';
import type { Todo } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';

/** Longest output that an event carries whole, and how much of both ends it keeps of a longer one. */
export const MAX_OUTPUT = 16_000;
const OUTPUT_END = 8_000;
const MAX_INPUT = 16_000;

/** The beginning and the end of a long output with a mark between; `overflow` is the whole then. */
export function cutOutput(output: string): { output: string; overflow: string | null } {
  if (output.length <= MAX_OUTPUT) return { output, overflow: null };
  const tail = output.slice(-OUTPUT_END);
  const left = output.length - 2 * OUTPUT_END;
  const mark = `\n\n… ${left.toLocaleString('en')} characters left out …\n\n`;
  // A cut inside a surrogate pair leaves a half, which the event's hygiene would show as a stray character.
  const clean = /^[\uDC00-\uDFFF]/.test(tail) ? tail.slice(1) : tail;
  return { output: `${cutText(output, OUTPUT_END)}${mark}${clean}`, overflow: output };
}

/** A tool's input as JSON text, as long as an event may hold. */
export function describeInput(input: unknown): string {
  const text = (JSON.stringify(input ?? {}) as string | undefined) ?? '{}';
  return text.length <= MAX_INPUT ? text : `${cutText(text, MAX_INPUT)}…`;
}

const SPEAKING = ['description', 'filePath', 'path', 'pattern', 'command', 'url', 'name', 'query'] as const;
const Speaking = z.partialRecord(z.enum(SPEAKING), z.string().catch(''));

/** What a tool call is called on screen: OpenCode's title, else what its input says best. */
export function titleOf(tool: string, input: unknown, title = ''): string {
  if (title !== '') return cutText(title, 2_000);
  const object = z.record(z.string(), z.unknown()).safeParse(input);
  if (!object.success) return tool;
  const known = Speaking.safeParse(Object.fromEntries(SPEAKING.map((key) => [key, object.data[key] ?? ''])));
  const found = known.success ? SPEAKING.map((key) => known.data[key]).find(Boolean) : undefined;
  return cutText(found ?? tool, 2_000);
}

const TodoInput = z.object({
  todos: z.array(
    z.object({
      content: z.string(),
      status: z.enum(['pending', 'in_progress', 'completed', 'cancelled']).catch('pending'),
    }),
  ),
});

/** The list that a call of OpenCode's `todowrite` sets; null for any other tool. */
export function todosOf(tool: string, input: unknown): Todo[] | null {
  if (tool !== 'todowrite') return null;
  const parsed = TodoInput.safeParse(input);
  if (!parsed.success) return null;
  return parsed.data.todos
    .slice(0, 200)
    .map(({ content, status }) => ({ content: cutText(content, 2_000), status }));
}
