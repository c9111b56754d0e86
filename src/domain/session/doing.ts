import { z } from 'zod';
import type { Reason, SessionEvent, StartedPart } from '../events/session-event';
import { cleanText, cutText } from '../events/text-hygiene';

/** A row of a list has room for about this much. */
const MAX_WORDS = 60;

/**
 * What a session is doing after an event, in about three words; undefined for an event that says nothing of it. It
 * depends on nothing before, so that the newest event can be written down without reading what was there.
 */
export function doingAfter(event: SessionEvent): string | undefined {
  switch (event.kind) {
    case 'part.started':
      return shorten(partWords(event.part));
    case 'prompt.delivered':
    case 'turn.step_started':
    case 'steer.read':
      return 'thinking';
    case 'turn.retrying':
      return 'waiting for the model';
    case 'turn.compacted':
      return 'summing up';
    case 'sandbox.phase':
      if (event.phase === 'failed') return failureWords(event.reason);
      return event.phase === 'lost' || event.phase === 'requested' ? '' : undefined;
    case 'prompt.started':
      return '';
    default:
      return undefined;
  }
}

function partWords(part: StartedPart): string {
  switch (part.type) {
    case 'text':
      return 'writing';
    case 'reasoning':
      return 'thinking';
    case 'tool':
      return toolWords(part);
  }
}

/** How the agent's tools are spoken of, and what of their input says most. */
const TOOLS: Readonly<Record<string, { verb: string; says?: 'command' | 'file' | 'pattern' }>> = {
  bash: { verb: 'running', says: 'command' },
  read: { verb: 'reading', says: 'file' },
  edit: { verb: 'editing', says: 'file' },
  multiedit: { verb: 'editing', says: 'file' },
  patch: { verb: 'editing files' },
  apply_patch: { verb: 'editing files' },
  write: { verb: 'writing', says: 'file' },
  grep: { verb: 'searching', says: 'pattern' },
  glob: { verb: 'looking for', says: 'pattern' },
  list: { verb: 'listing files' },
  webfetch: { verb: 'fetching a page' },
  todowrite: { verb: 'planning' },
  todoread: { verb: 'planning' },
  task: { verb: 'asking a sub-agent' },
  question: { verb: 'asking' },
};

const Input = z.object({
  command: z.string().optional(),
  filePath: z.string().optional(),
  pattern: z.string().optional(),
});

function toolWords({ tool, input, title }: Extract<StartedPart, { type: 'tool' }>): string {
  const { verb, says } = TOOLS[tool] ?? { verb: `using ${tool}` };
  if (!says) return verb;
  const given = Input.safeParse(readJson(input)).data ?? {};
  const said = {
    // Brackets around a whole command say nothing of it.
    command: (given.command ?? title).replace(/^\s*\(\s([^]*)\s\)\s*$/, '$1'),
    file: baseName(given.filePath ?? title),
    pattern: given.pattern ?? title,
  }[says];
  return `${verb} ${said}`;
}

/** Null for text that is no JSON, such as an input that was cut. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A cut input says nothing of itself; the title stands for it.
    return null;
  }
}

function baseName(path: string): string {
  return path.split('/').findLast((part) => part !== '') ?? path;
}

/** Control characters, and marks that turn the direction of what follows in a list. */
const UNSEEN = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** On one line, in the room that a row has. */
function shorten(words: string): string {
  const line = cleanText(words).replaceAll(UNSEEN, ' ').replaceAll(/\s+/g, ' ').trim();
  return line.length <= MAX_WORDS ? line : `${cutText(line, MAX_WORDS - 1)}…`;
}

const FAILURES: Readonly<Record<string, string>> = {
  repository_not_found: 'repository not found',
  repository_forbidden: 'repository is closed to us',
  repository_refused: 'repository refused us',
  repository_empty: 'repository is empty',
  repository_unreachable: 'repository unreachable',
  branch_missing: 'branch is gone',
  address_refused: 'address refused',
  work_not_restored: 'work not restored',
  disk_full: 'disk is full',
  agent_start_failed: 'agent did not start',
  credentials_failed: 'no credentials',
  sandbox_unavailable: 'no sandbox to be had',
};

function failureWords(reason: Reason | null): string {
  return FAILURES[reason?.code ?? ''] ?? 'setup failed';
}
