import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { SETUP_SCRIPT } from '@/domain/environment/environment';
import { RepositoryId } from '@/domain/ids';
import { RawText } from '../kit/raw-text';
import { useTRPC } from '../live/trpc';
import { EnvironmentSection } from './environment-section';
import { Loaded } from './loaded';
import { Fact, Facts } from './section';

type Repository = inferRouterOutputs<AppRouter>['repositories']['list'][number];
type Guide = inferRouterOutputs<AppRouter>['repositories']['guide'];

const KINDS = {
  demo: 'The demo, to try things on',
  git: 'At a git server',
  github: 'At GitHub',
  local: 'A folder of this machine',
} satisfies Record<Repository['kind'], string>;

/** One repository. Its host is asked when it is looked at, since branches and files change without us. */
export function RepositorySection({ repository }: { repository: Repository }) {
  const trpc = useTRPC();
  const repositoryId = RepositoryId.parse(repository.id);
  const guide = useQuery(trpc.repositories.guide.queryOptions({ repositoryId }));
  return (
    <section id={repository.id} aria-label={repository.name} className="scroll-mt-4">
      <h2 className="font-mono font-semibold break-words">{repository.name}</h2>
      <div className="mt-3 flex flex-col gap-3">
        <Facts>
          <Fact name="Address">
            <span className="font-mono text-xs break-all">{repository.url}</span>
          </Fact>
          <Fact name="Kind">{KINDS[repository.kind]}</Fact>
          <Fact name="Default branch">
            <span className="font-mono text-xs">{guide.data?.defaultBranch ?? repository.defaultBranch}</span>
            {guide.data && (
              <span className="text-muted">
                {guide.data.branches === 1 ? ', the only one' : `, one of ${guide.data.branches}`}
              </span>
            )}
          </Fact>
          <Fact name="Sandboxes">
            One of its own for each session, set up by{' '}
            <code className="font-mono text-xs">{SETUP_SCRIPT}</code> where there is one. None gets a variable
            or secret of yours.
          </Fact>
        </Facts>
        <Loaded query={guide} lines={3} failure="Its host did not say what it is now.">
          {(answer) => <GuideText answer={answer} />}
        </Loaded>
        <EnvironmentSection repositoryId={repositoryId} />
      </div>
    </section>
  );
}

function GuideText({ answer: { file, guide, defaultBranch } }: { answer: Guide }) {
  switch (guide.kind) {
    case 'text':
      return (
        <div>
          <RawText label={`${file} on ${defaultBranch}, as the agent reads it`} text={guide.text} />
          {guide.isCut && <p className="mt-1 text-xs text-muted">It is longer: this is its beginning.</p>}
        </div>
      );
    case 'none':
      return (
        <p className="text-sm text-muted">
          There is no {file} on {defaultBranch}. What stands in one is told to the agent at the start of every
          session: how to build, what to run before it finishes, what to leave alone.
        </p>
      );
    case 'unreadable':
      return (
        <p className="text-sm text-muted">
          Whether it has an {file} is not known here: {guide.why} The agent reads it in its sandbox all the
          same.
        </p>
      );
  }
}
