import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { CommandId, type SessionId } from '@/domain/ids';
import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';
import { Notice } from '../../kit/notice';
import { say } from '../../kit/say';
import { Skeleton } from '../../kit/skeleton';
import { wordsOf } from '../../live/failure';
import { useTRPCClient } from '../../live/trpc';

/** Opens the dialog in which a session's change becomes a pull request. */
export function PullRequestButton({ sessionId }: { sessionId: SessionId }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        Pull request…
      </Button>
      {isOpen && <PullRequestDialog sessionId={sessionId} onClose={() => setOpen(false)} />}
    </>
  );
}

function PullRequestDialog({ sessionId, onClose }: { sessionId: SessionId; onClose: () => void }) {
  const client = useTRPCClient();
  const draft = useQuery({
    queryKey: ['pull request draft', sessionId],
    queryFn: ({ signal }) => client.pullRequests.draft.query({ sessionId }, { signal }),
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return (
    <Dialog
      label="Open a pull request"
      onClose={onClose}
      className="top-[8dvh] w-[min(44rem,calc(100vw-24px))] p-5"
    >
      <h2 className="font-semibold">Open a pull request</h2>
      {draft.data ? (
        <PullRequestForm sessionId={sessionId} draft={draft.data} onClose={onClose} />
      ) : draft.isError ? (
        <Notice tone="danger" action={<Button onClick={() => void draft.refetch()}>Try again</Button>}>
          {wordsOf(draft.error)}
        </Notice>
      ) : (
        <Skeleton lines={6} />
      )}
    </Dialog>
  );
}

const FIELD = 'mt-1 block w-full rounded-md border bg-surface px-2 py-1.5 text-sm';

function PullRequestForm({
  sessionId,
  draft,
  onClose,
}: {
  sessionId: SessionId;
  draft: { title: string; body: string; base: string };
  onClose: () => void;
}) {
  const client = useTRPCClient();
  const [title, setTitle] = useState(draft.title);
  const [body, setBody] = useState(draft.body);
  const [isDraft, setDraft] = useState(false);
  const [commandId] = useState(() => CommandId.parse(crypto.randomUUID()));
  const open = useMutation({
    mutationFn: () => client.pullRequests.open.mutate({ sessionId, commandId, title, body, isDraft }),
    onSuccess: ({ number, openedAs, isKnown }) => {
      const asWhom = openedAs === 'app' ? ' by Dispatch, as GitHub did not take your sign-in' : '';
      say(
        isKnown
          ? `Pull request #${number} is brought up to date.`
          : `Pull request #${number} is open${asWhom}.`,
      );
      onClose();
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    open.mutate();
  }
  return (
    <form onSubmit={submit}>
      <p className="mt-1 text-sm text-muted">
        Into <span className="font-mono text-xs">{draft.base}</span>, in your name at GitHub. Further turns
        bring it up to date.
      </p>
      <label className="mt-3 block text-sm">
        Title
        <input
          data-first-focus
          maxLength={250}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          className={FIELD}
        />
      </label>
      <label className="mt-3 block text-sm">
        Description
        <textarea
          rows={12}
          maxLength={60_000}
          value={body}
          onChange={(event) => setBody(event.target.value)}
          className={`${FIELD} font-mono`}
        />
      </label>
      <label className="mt-3 flex items-center gap-2 text-sm">
        <input type="checkbox" checked={isDraft} onChange={(event) => setDraft(event.target.checked)} />
        As a draft, not yet for review
      </label>
      {open.error && (
        <div className="mt-3">
          <Notice tone="danger">{wordsOf(open.error)}</Notice>
        </div>
      )}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" disabled={title.trim() === '' || open.isPending}>
          {open.isPending ? 'Pushing…' : 'Open pull request'}
        </Button>
      </div>
    </form>
  );
}
