'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { Skeleton } from '../kit/skeleton';
import { wordsOf } from '../live/failure';
import { useMe } from '../live/live-provider';
import { useTRPC } from '../live/trpc';

/** Shows which terminal asks under a code, and lets it in or not. */
export function ApproveDevice({ code, onOtherCode }: { code: string; onOtherCode: () => void }) {
  const trpc = useTRPC();
  const { person } = useMe();
  const [isRefused, setIsRefused] = useState(false);
  const device = useQuery(trpc.auth.findDevice.queryOptions({ userCode: code }));
  const approve = useMutation(trpc.auth.approveDevice.mutationOptions());

  if (approve.isSuccess) {
    return (
      <Notice tone="info">
        The terminal is in as {person.name}. Go back to it; you can close this page.
      </Notice>
    );
  }
  if (isRefused) {
    return (
      <Notice tone="info">
        Nothing was let in. The code runs out by itself within ten minutes; you can close this page.
      </Notice>
    );
  }
  if (device.isPending) return <Skeleton lines={3} />;
  if (device.isError || device.data === null) {
    return (
      <>
        <Notice tone="danger">
          {device.isError
            ? wordsOf(device.error)
            : `No terminal waits under ${code}. The code is unknown, used, or older than ten minutes. Run “dispatch login” again.`}
        </Notice>
        <Button onClick={onOtherCode}>Enter another code</Button>
      </>
    );
  }
  return (
    <>
      <p>
        <strong className="font-semibold">{device.data.label}</strong> asks to act as{' '}
        <strong className="font-semibold">{person.name}</strong> in Dispatch. Go on only if that terminal is
        yours and shows this code:
      </p>
      <p className="rounded-md border bg-surface py-4 text-center font-mono text-xl tracking-[0.2em]">
        {code}
      </p>
      {approve.isError && <Notice tone="danger">{wordsOf(approve.error)}</Notice>}
      <div className="flex gap-2">
        <Button
          variant="primary"
          disabled={approve.isPending}
          onClick={() => approve.mutate({ userCode: code })}
        >
          Let it in as {person.name}
        </Button>
        <Button disabled={approve.isPending} onClick={() => setIsRefused(true)}>
          Cancel
        </Button>
      </div>
    </>
  );
}
