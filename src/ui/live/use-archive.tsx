import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { CommandId, type SessionId } from '@/domain/ids';
import { Button } from '../kit/button';
import { Dialog } from '../kit/dialog';
import { Notice } from '../kit/notice';
import { say } from '../kit/say';
import { wordsOf } from './failure';
import { useTRPC } from './trpc';

interface Archived {
  id: SessionId;
  title: string;
}

/** Archives a session, which nothing takes back: so it asks first. The dialog belongs somewhere on the screen. */
export function useArchive(): { ask: (session: Archived) => void; dialog: ReactNode } {
  const [asked, setAsked] = useState<Archived | null>(null);
  const close = () => setAsked(null);
  return {
    ask: setAsked,
    dialog: asked && <ArchiveDialog key={asked.id} session={asked} onClose={close} />,
  };
}

function ArchiveDialog({ session, onClose }: { session: Archived; onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  // The same id for each try, so that one without an answer and the next are one command.
  const [commandId] = useState(() => CommandId.parse(crypto.randomUUID()));
  const archive = useMutation(
    trpc.sessions.archive.mutationOptions({
      onSuccess: async () => {
        onClose();
        say(`“${session.title}” is archived.`);
        await queryClient.invalidateQueries(trpc.sessions.pathFilter());
      },
    }),
  );
  return (
    <Dialog
      label="Archive this session"
      onClose={onClose}
      className="top-[20dvh] w-[min(28rem,calc(100vw-24px))] p-5"
    >
      <h2 className="font-semibold break-words">Archive “{session.title}”?</h2>
      <p className="mt-2 text-sm text-muted">
        What runs in it is stopped, its sandbox ends, and it takes no more prompts. Everything in it stays
        readable.
      </p>
      {archive.isError && (
        <Notice tone="danger" className="mt-3">
          It is not archived. {wordsOf(archive.error)}
        </Notice>
      )}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button
          variant="primary"
          data-first-focus
          disabled={archive.isPending}
          onClick={() => archive.mutate({ sessionId: session.id, commandId })}
        >
          {archive.isPending ? 'Archiving…' : 'Archive session'}
        </Button>
      </div>
    </Dialog>
  );
}
