import { Button } from '../../kit/button';
import { Face } from '../../kit/face';
import { Time } from '../../kit/time';
import { setFilePlace } from '../files/use-file-place';
import { usePanels } from '../layout/panels-context';
import { useSession } from '../session-context';
import { clientOf, nameOf } from './actor-name';
import type { LeafProps } from './leaf';

/** A remark of somebody's, for people. Whoever takes part may say that it is done with. */
export function CommentLeaf({ item, commands }: LeafProps<'comment'>) {
  const { canPrompt } = useSession();
  const { show } = usePanels();
  const { author, text, on, resolvedBy, at, commentId } = item;
  const via = clientOf(author);
  return (
    <article className="rounded-md border-l-2 border-accent bg-surface py-2 pr-3 pl-3 text-sm">
      <p className="flex flex-wrap items-center gap-x-2 text-muted">
        {author.type === 'user' && <Face id={author.userId} name={author.name} />}
        <span>
          <span className="font-medium text-text">{nameOf(author)}</span> commented{via && ` ${via}`}
        </span>
        {on && (
          <button
            type="button"
            className="text-left font-mono text-xs break-all text-text underline"
            onClick={() => {
              setFilePlace(on);
              show('files');
            }}
          >
            {on.path}:{on.line}
          </button>
        )}
        <Time at={at} as="clock" />
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{text}</p>
      {resolvedBy ? (
        <p className="mt-1 text-xs text-muted">Resolved by {nameOf(resolvedBy)}</p>
      ) : (
        canPrompt && (
          <Button size="small" variant="quiet" className="mt-1" onClick={() => commands.resolve(commentId)}>
            Resolve
          </Button>
        )
      )}
    </article>
  );
}
