import { cutText, cleanText } from '../events/text-hygiene';
import type { SessionId } from '../ids';

const MAX_TITLE = 80;
const MAX_SLUG = 40;

/** A session's first title: the first line of its first prompt, cut at a word. */
export function titleOf(promptText: string): string {
  const line = cleanText(promptText).trim().split('\n', 1)[0]?.replaceAll(/\s+/g, ' ') ?? '';
  if (line === '') return 'New session';
  if (line.length <= MAX_TITLE) return line;
  const cut = cutText(line, MAX_TITLE - 1);
  const lastSpace = cut.lastIndexOf(' ');
  return `${lastSpace > MAX_TITLE / 2 ? cut.slice(0, lastSpace) : cut}…`;
}

/** The branch that a session works on: readable, and its own because of the id in it. */
export function workBranch(title: string, sessionId: SessionId): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replaceAll(/^-+|-+$/g, '');
  return `dispatch/${slug || 'session'}-${sessionId.slice(0, 8)}`;
}
