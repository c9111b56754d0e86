import { Time } from '../../kit/time';
import { nameOf } from './actor-name';
import type { LeafProps } from './leaf';

/** Something said about the whole session. */
export function NoteLeaf({ item: { text, actor, isByActor, at } }: LeafProps<'note'>) {
  return (
    <p className="text-sm text-muted">
      {isByActor ? `${text} by ${nameOf(actor)}` : text}, <Time at={at} as="clock" />
    </p>
  );
}
