import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { Skeleton } from '../kit/skeleton';
import { wordsOf } from '../live/failure';

/** What was asked of the server once it is there, its rough shape until then, or why it can't be shown. */
export function Loaded<Data>({
  query,
  lines,
  failure,
  children,
}: {
  query: UseQueryResult<Data, unknown>;
  lines: number;
  /** What could not be read: a sentence. */
  failure: string;
  children: (data: Data) => ReactNode;
}) {
  if (query.isPending) return <Skeleton lines={lines} />;
  return (
    <>
      {query.isError && (
        <Notice
          tone="danger"
          className="mb-3"
          action={
            <Button size="small" disabled={query.isFetching} onClick={() => void query.refetch()}>
              {query.isFetching ? 'Trying…' : 'Try again'}
            </Button>
          }
        >
          {failure} {wordsOf(query.error)}
        </Notice>
      )}
      {query.data !== undefined && children(query.data)}
    </>
  );
}
