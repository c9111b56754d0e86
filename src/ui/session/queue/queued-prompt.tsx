import type { ItemOf } from '@/domain/timeline/items';
import { Button } from '../../kit/button';
import { classNames } from '../../kit/class-names';
import { Face } from '../../kit/face';
import { Time } from '../../kit/time';
import { useMe } from '../../live/live-provider';
import { nameOf } from '../timeline/actor-name';
import type { SessionCommands } from '../use-commands';
import { EditQueued } from './edit-queued';
import type { DragRow } from './use-drag-order';

interface QueuedPromptProps {
  item: ItemOf<'prompt'>;
  /** 0 is next. */
  position: number;
  isLast: boolean;
  isEditing: boolean;
  onEdit: (isEditing: boolean) => void;
  /** Null for somebody who may only watch, like `commands`. */
  drag: DragRow | null;
  commands: Pick<SessionCommands, 'withdraw' | 'edit' | 'promote'> | null;
}

/** One prompt that waits: whose it is, what it says, and what can be done about it. */
export function QueuedPrompt(props: QueuedPromptProps) {
  const { item, position, isEditing, onEdit, drag, commands } = props;
  const { promptId, author, text } = item;
  return (
    <li
      {...(isEditing ? {} : drag?.props)}
      className={classNames(
        'animate-appear flex flex-wrap items-center gap-x-2 border-t border-transparent py-0.5 text-sm',
        drag?.isTarget === true && 'border-accent',
        drag?.isDragged === true && 'opacity-50',
      )}
    >
      <span className="tabular w-4 shrink-0 text-right text-xs text-muted">{position + 1}</span>
      <Author author={author} />
      {isEditing && commands ? (
        <EditQueued
          text={text}
          onSave={(next) => {
            if (next !== text) commands.edit(promptId, next);
            onEdit(false);
          }}
          onCancel={() => onEdit(false)}
        />
      ) : (
        <>
          <Words item={item} />
          {commands && <RowActions {...props} commands={commands} />}
        </>
      )}
    </li>
  );
}

function Author({ author }: Pick<ItemOf<'prompt'>, 'author'>) {
  const { person } = useMe();
  const isMine = author?.type === 'user' && author.userId === person.id;
  return (
    <>
      {author?.type === 'user' && <Face id={author.userId} name={author.name} />}
      <span className="shrink-0 text-muted">{isMine ? 'You' : nameOf(author)}</span>
    </>
  );
}

function Words({ item: { text, attachments, queuedAt } }: Pick<QueuedPromptProps, 'item'>) {
  return (
    <>
      <span className="min-w-0 flex-1 truncate" title={text}>
        {text}
        {attachments.length > 0 && <span className="text-muted"> · {attachments.length} attached</span>}
      </span>
      {queuedAt !== null && (
        <span className="hidden text-xs text-muted md:inline">
          <Time at={queuedAt} />
        </span>
      )}
    </>
  );
}

function RowActions({
  item: { promptId, text },
  position,
  isLast,
  onEdit,
  commands,
}: QueuedPromptProps & { commands: NonNullable<QueuedPromptProps['commands']> }) {
  const about = text.slice(0, 40);
  return (
    <span className="flex shrink-0 items-center">
      <Button
        size="small"
        variant="quiet"
        disabled={position === 0}
        aria-label={`Run earlier: ${about}`}
        title="Run earlier"
        className="px-1"
        onClick={() => commands.promote(promptId, position - 1)}
      >
        ↑
      </Button>
      <Button
        size="small"
        variant="quiet"
        disabled={isLast}
        aria-label={`Run later: ${about}`}
        title="Run later"
        className="px-1"
        onClick={() => commands.promote(promptId, position + 1)}
      >
        ↓
      </Button>
      <Button size="small" variant="quiet" aria-label={`Edit: ${about}`} onClick={() => onEdit(true)}>
        Edit
      </Button>
      <Button
        size="small"
        variant="quiet"
        aria-label={`Withdraw: ${about}`}
        onClick={() => commands.withdraw(promptId)}
      >
        Withdraw
      </Button>
    </span>
  );
}
