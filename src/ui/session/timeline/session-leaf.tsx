import Link from 'next/link';
import type { LeafProps } from './leaf';

/** Where the session starts: on what, and which model answers. */
export function SessionLeaf({
  item: { repository, baseBranch, branch, model, forkedFrom },
}: LeafProps<'session'>) {
  return (
    <div className="pb-1 text-sm text-muted">
      <p>
        {repository.name}, from <code className="font-mono text-xs">{baseBranch}</code> on{' '}
        <code className="font-mono text-xs break-all">{branch}</code>
      </p>
      {forkedFrom && (
        <p>
          Carries on from{' '}
          <Link href={`/s/${forkedFrom.sessionId}`} className="text-text underline">
            {forkedFrom.title}
          </Link>
        </p>
      )}
      {model.standIn ? (
        <p className="text-ask">
          A stand-in answers here, not a language model: it follows a few written patterns.
        </p>
      ) : (
        <p>{model.label} answers.</p>
      )}
    </div>
  );
}
