import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RepositoryId } from '@/domain/ids';
import { Button } from '../kit/button';
import { Elapsed } from '../kit/elapsed';
import { formatDuration } from '../kit/format';
import { RawText } from '../kit/raw-text';
import { Time } from '../kit/time';
import { useTRPC } from '../live/trpc';
import { Loaded } from './loaded';
import type { Build } from './use-environment';

const STATES = { building: 'Building', ready: 'Ready', failed: 'Failed' } satisfies Record<
  Build['state'],
  string
>;
const TRIGGERS = {
  person: 'by hand',
  push: 'after a push',
  schedule: 'on schedule',
} satisfies Record<Build['trigger'], string>;

const WHILE_BUILDING_MS = 2_000;

/** The newest builds of a repository's environment, each with why and how it went, and what it printed. */
export function BuildList({ repositoryId, builds }: { repositoryId: RepositoryId; builds: Build[] }) {
  if (builds.length === 0) return <p className="text-sm text-muted">None was built yet.</p>;
  const serving = builds.find(({ state }) => state === 'ready');
  return (
    <ul aria-label="Builds" className="divide-y rounded-md border bg-surface">
      {builds.map((build) => (
        <BuildRow key={build.id} repositoryId={repositoryId} build={build} isServing={build === serving} />
      ))}
    </ul>
  );
}

function BuildRow({
  repositoryId,
  build,
  isServing,
}: {
  repositoryId: RepositoryId;
  build: Build;
  isServing: boolean;
}) {
  const [isOpen, setOpen] = useState(false);
  const { state, commit, branch, trigger, reason, startedAt } = build;
  return (
    <li data-build={state} className="flex flex-col gap-2 px-3 py-2 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={state === 'failed' ? 'font-medium text-danger' : 'font-medium'}>
          {STATES[state]}
          {isServing && ', in use'}
        </span>
        <span className="font-mono text-xs text-muted">
          {branch}
          {commit !== null && ` ${commit.slice(0, 8)}`}
        </span>
        <span className="text-muted">
          <Time at={startedAt} />, {TRIGGERS[trigger]}, <BuildTime build={build} />
        </span>
        <Button size="small" variant="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide log' : 'Log'}
        </Button>
      </div>
      {reason && <p className="max-w-prose break-words text-danger">{reason.message}</p>}
      {isOpen && <BuildLog repositoryId={repositoryId} build={build} />}
    </li>
  );
}

function BuildTime({ build: { startedAt, finishedAt } }: { build: Build }) {
  if (finishedAt === null) return <Elapsed since={startedAt.toISOString()} />;
  return <span className="tabular">{formatDuration(finishedAt.getTime() - startedAt.getTime())}</span>;
}

function BuildLog({ repositoryId, build }: { repositoryId: RepositoryId; build: Build }) {
  const trpc = useTRPC();
  const log = useQuery(
    trpc.repositories.buildLog.queryOptions(
      { repositoryId, buildId: build.id },
      { refetchInterval: build.state === 'building' ? WHILE_BUILDING_MS : false },
    ),
  );
  return (
    <Loaded query={log} lines={4} failure="Its log could not be read.">
      {({ text }) => <RawText label="Log of the build" text={text === '' ? 'Nothing yet.' : text} />}
    </Loaded>
  );
}
