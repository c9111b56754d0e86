import { z } from 'zod';
import type { ToolItem } from '@/domain/timeline/items';

interface Verbs {
  now: string;
  past: string;
}

/** What the agent's tools do, in a person's words; a tool that is not here is named as it is. */
const VERBS: Readonly<Record<string, Verbs>> = {
  bash: { now: 'Running', past: 'Ran' },
  read: { now: 'Reading', past: 'Read' },
  edit: { now: 'Editing', past: 'Edited' },
  multiedit: { now: 'Editing', past: 'Edited' },
  patch: { now: 'Editing', past: 'Edited' },
  write: { now: 'Writing', past: 'Wrote' },
  grep: { now: 'Searching for', past: 'Searched for' },
  glob: { now: 'Looking for', past: 'Looked for' },
  list: { now: 'Listing', past: 'Listed' },
  webfetch: { now: 'Fetching', past: 'Fetched' },
  todowrite: { now: 'Updating the todo list', past: 'Updated the todo list' },
  task: { now: 'Asking a sub-agent:', past: 'Asked a sub-agent:' },
};

const Command = z.object({ command: z.string() });
const Pattern = z.object({ pattern: z.string() });

/** The verb of a tool call, and what it is done to. */
export function toolWords({
  tool,
  title,
  input,
  status,
}: Pick<ToolItem, 'tool' | 'title' | 'input' | 'status'>): {
  verb: string;
  object: string;
} {
  const verbs = VERBS[tool] ?? { now: `Using ${tool}`, past: `Used ${tool}` };
  return { verb: status === 'running' ? verbs.now : verbs.past, object: objectOf({ tool, title, input }) };
}

function objectOf({ tool, title, input }: Pick<ToolItem, 'tool' | 'title' | 'input'>): string {
  const given = readJson(input);
  if (tool === 'bash') return Command.safeParse(given).data?.command ?? title;
  if (tool === 'grep' || tool === 'glob') return Pattern.safeParse(given).data?.pattern ?? title;
  return tool === 'todowrite' || title === tool ? '' : title;
}

/** Null for text that is no JSON, such as an input that was cut. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A cut input is shown as the text that it is.
    return null;
  }
}

/** What a tool was given: a command as it is typed, everything else as JSON with room to read it. */
export function toolInput({ tool, input }: Pick<ToolItem, 'tool' | 'input'>): {
  label: string;
  text: string;
} {
  const given = readJson(input);
  const command = tool === 'bash' ? Command.safeParse(given).data?.command : undefined;
  if (command !== undefined) return { label: 'Command', text: command };
  return { label: 'Input', text: given === null ? input : JSON.stringify(given, null, 2) };
}
