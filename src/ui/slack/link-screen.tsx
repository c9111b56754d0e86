'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { Skeleton } from '../kit/skeleton';
import { TabTitle } from '../kit/tab-title';
import { wordsOf } from '../live/failure';
import { useMe } from '../live/live-provider';
import { useTRPC } from '../live/trpc';

/** Lets a user of Slack act as the signed-in person, once they saw which one. */
export function LinkScreen({ code }: { code: string }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="flex w-full max-w-sm flex-col gap-4">
        <TabTitle title="Link Slack" />
        <h1 className="text-lg font-semibold">Link Slack</h1>
        <ConfirmLink code={code} />
      </div>
    </main>
  );
}

function ConfirmLink({ code }: { code: string }) {
  const trpc = useTRPC();
  const { person } = useMe();
  const found = useQuery(trpc.slack.findLink.queryOptions({ code }, { staleTime: Infinity }));
  const link = useMutation(trpc.slack.link.mutationOptions());

  if (link.isSuccess) {
    return (
      <Notice tone="info">
        Done. What you ask for in Slack is done as {person.name}. Go back there: what you asked for is on its
        way.
      </Notice>
    );
  }
  if (found.isPending) return <Skeleton lines={3} />;
  if (found.isError || found.data === null) {
    return (
      <Notice tone="danger">
        {found.isError
          ? wordsOf(found.error)
          : 'This link is unknown, used or older than half an hour. Write “/dispatch link” in Slack for a new one.'}
      </Notice>
    );
  }
  const { slackName, workspaceName } = found.data;
  return (
    <>
      <p>
        <strong className="font-semibold">{slackName}</strong> in the Slack workspace{' '}
        <strong className="font-semibold">{workspaceName}</strong> asks to act as{' '}
        <strong className="font-semibold">{person.name}</strong> in Dispatch. Go on only if that is you, and
        if you opened this link from Slack yourself.
      </p>
      {link.isError && <Notice tone="danger">{wordsOf(link.error)}</Notice>}
      <Button variant="primary" disabled={link.isPending} onClick={() => link.mutate({ code })}>
        Link {slackName} to {person.name}
      </Button>
    </>
  );
}
