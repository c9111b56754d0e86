import { MAX_COMMENT_LENGTH } from '../events/collaboration';
import { cleanText } from '../events/text-hygiene';
import { accept, refuse, type Answer } from './answer';
import type { PersonCommand } from './commands';
import type { SessionState } from './state';

/** How many remarks may wait for somebody at once. */
const MAX_OPEN_COMMENTS = 200;

/** Answers a remark, and that one is done with. */
export function decideComment(
  state: SessionState,
  command: Extract<PersonCommand, { type: 'comment' | 'resolve' }>,
): Answer {
  const { commentId } = command;
  const isOpen = state.comments.includes(commentId);
  if (command.type === 'resolve') {
    return isOpen
      ? accept({ kind: 'comment.resolved', commentId })
      : refuse('comment_not_open', 'This comment was resolved already.');
  }
  const text = cleanText(command.text).trim();
  if (text === '') return refuse('empty_comment', 'The comment is empty. Say what you noticed.');
  if (text.length > MAX_COMMENT_LENGTH) {
    const limit = MAX_COMMENT_LENGTH.toLocaleString('en');
    return refuse('prompt_too_long', `A comment holds at most ${limit} characters.`);
  }
  if (state.comments.length >= MAX_OPEN_COMMENTS) {
    return refuse('too_many_comments', `${MAX_OPEN_COMMENTS} comments wait already. Resolve some first.`);
  }
  // Sent twice with two command ids, it is one remark still.
  return isOpen ? accept() : accept({ kind: 'comment.added', commentId, text, on: command.on });
}
