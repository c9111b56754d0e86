import { Button } from '../../kit/button';
import { Mark } from '../../kit/mark';
import type { Outgoing } from './outbox';
import type { OutgoingSpeech } from './use-outgoing';

const ON_ITS_WAY = {
  sending: 'sending',
  sent: 'sent',
  waiting: 'kept here, goes out when Dispatch answers',
} as const;

/** What was said and is not in the log yet: on its way, waiting for the connection, or refused. */
export function OutgoingList({
  outgoing: { items, queueInstead, drop },
  onEdit,
}: {
  outgoing: OutgoingSpeech;
  /** Takes one back into the text field. */
  onEdit: (outgoing: Outgoing) => void;
}) {
  if (items.length === 0) return null;
  return (
    <ul aria-label="On its way" className="flex max-h-32 flex-col gap-1 overflow-y-auto">
      {items.map((item) => (
        <li
          key={item.promptId}
          data-outgoing={item.state}
          className="flex flex-wrap items-center gap-x-2 text-sm"
        >
          {item.state === 'refused' ? (
            <>
              <Mark shape="alert" tone="danger" />
              <span role="alert" className="min-w-0 flex-1 basis-64">
                <span className="block truncate">{item.text}</span>
                <span className="text-danger">Not sent, and kept here. {item.refusal}</span>
              </span>
              {item.mode !== 'queue' && (
                <Button size="small" onClick={() => queueInstead(item.promptId)}>
                  Send as a prompt
                </Button>
              )}
              <Button
                size="small"
                onClick={() => {
                  onEdit(item);
                  drop(item.promptId);
                }}
              >
                Edit
              </Button>
              <Button size="small" variant="quiet" onClick={() => drop(item.promptId)}>
                Discard
              </Button>
            </>
          ) : (
            <>
              <Mark shape="ring" tone="muted" />
              <span className="min-w-0 flex-1 truncate">{item.text}</span>
              <span className="text-xs text-muted">{ON_ITS_WAY[item.state]}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
