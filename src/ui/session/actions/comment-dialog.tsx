import { type FormEvent, useState } from 'react';
import { type CommentPlace, MAX_COMMENT_LENGTH } from '@/domain/events/collaboration';
import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';

/** Where one says something to the other people of a session; the agent is not told. */
export function CommentDialog({
  on,
  onComment,
  onClose,
}: {
  on: CommentPlace | null;
  onComment: (text: string, on: CommentPlace | null) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const isEmpty = text.trim() === '';
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isEmpty) return;
    onComment(text, on);
    onClose();
  }
  return (
    <Dialog label="Comment" onClose={onClose} className="top-[20dvh] w-[min(32rem,calc(100vw-24px))] p-5">
      <form onSubmit={submit}>
        <h2 className="font-semibold break-all">
          {on ? (
            <>
              Comment on{' '}
              <span className="font-mono text-sm">
                {on.path}:{on.line}
              </span>
            </>
          ) : (
            'Comment on this session'
          )}
        </h2>
        <p className="mt-1 text-sm text-muted">Everybody in the session reads it; the agent does not.</p>
        <textarea
          aria-label="Comment"
          data-first-focus
          value={text}
          maxLength={MAX_COMMENT_LENGTH}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event);
          }}
          rows={4}
          className="mt-3 w-full rounded-md border bg-surface p-2 text-sm"
        />
        <div className="mt-3 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" disabled={isEmpty}>
            Comment
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
