'use client';

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { isAgentReachable } from '@/domain/session/state';
import { Button } from '../../kit/button';
import { Mark } from '../../kit/mark';
import { Notice } from '../../kit/notice';
import { Skeleton } from '../../kit/skeleton';
import { wordsOf } from '../../live/failure';
import { useTRPCClient } from '../../live/trpc';
import type { PanelProps } from '../layout/side-panel';
import { AsleepNotice } from '../sandbox/asleep-notice';

type OpenPort = inferRouterOutputs<AppRouter>['ports']['list']['ports'][number];

/** Dev servers come and go without an event. */
const LOOK_EVERY_MS = 5_000;

/** What the sandbox serves, each with a link to its page. */
export function PortsPanel({ sessionId, view: { session } }: PanelProps) {
  const client = useTRPCClient();
  const isAwake = isAgentReachable(session);
  const query = useQuery({
    queryKey: ['ports', sessionId],
    queryFn: ({ signal }) => client.ports.list.query({ sessionId }, { signal }),
    enabled: isAwake,
    refetchInterval: LOOK_EVERY_MS,
  });
  if (!isAwake) return <AsleepNotice {...{ sessionId, session }} missing="Nothing is served without one." />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={0} role="group" aria-label="Ports">
      {query.isError && (
        <Notice
          tone="danger"
          className="mb-4"
          action={
            <Button size="small" onClick={() => void query.refetch()}>
              Try again
            </Button>
          }
        >
          The ports could not be read. {wordsOf(query.error)}
        </Notice>
      )}
      {query.isPending && <Skeleton lines={3} />}
      {query.data && <Ports sessionId={sessionId} ports={query.data.ports} />}
    </div>
  );
}

function Ports({ sessionId, ports }: { sessionId: string; ports: readonly OpenPort[] }) {
  if (ports.length === 0) {
    return (
      <p className="text-muted">
        Nothing listens in the sandbox. Ask the agent to start a dev server, or name its port in{' '}
        <code>.dispatch/environment.json</code>.
      </p>
    );
  }
  return (
    <>
      <ul className="flex flex-col divide-y">
        {ports.map((open) => (
          <OnePort key={open.port} sessionId={sessionId} open={open} />
        ))}
      </ul>
      <p className="mt-4 text-sm text-muted">
        A page opens in a tab and at an address of its own, for whoever may see this session.
      </p>
    </>
  );
}

function OnePort({ sessionId, open: { port, name, isListening } }: { sessionId: string; open: OpenPort }) {
  return (
    <li className="flex items-center gap-2 py-2">
      <Mark shape={isListening ? 'dot' : 'ring'} tone={isListening ? 'ok' : 'muted'} />
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium">{name ?? `Port ${port}`}</span>
        {name !== null && <span className="ml-2 text-muted">{port}</span>}
      </span>
      {isListening ? (
        <a
          href={`/s/${sessionId}/preview/${port}`}
          target="_blank"
          rel="noopener noreferrer"
          className="text-accent underline"
          aria-label={`Open ${name ?? `port ${port}`} in a new tab`}
        >
          Open
        </a>
      ) : (
        <span className="text-sm text-muted">not listening</span>
      )}
    </li>
  );
}
