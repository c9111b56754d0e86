import { EventsMessage, SESSION_MESSAGES } from '@/domain/wire/realtime';
import type { RealtimeChannels } from '@/domain/sync/realtime-connection';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { Projector } from '../clients/projector';
import type { ClientParts } from '../clients/watcher';

/** The first lists are needed to be there at all. */
const LISTS = 2;
const LATE_MS = 600;

function listsSeldom({ source, ...others }: ClientParts): ClientParts {
  let lists = 0;
  return {
    ...others,
    source: {
      ...source,
      eventsAfter: async (request) => {
        lists += 1;
        const page = await source.eventsAfter(request);
        return lists <= LISTS ? page : { ...page, events: [], head: request.after };
      },
    },
  };
}

type Message = NonNullable<ReturnType<typeof EventsMessage.safeParse>['data']>;

/** Changes messages with events on their way to the stream; null drops one. */
function changeMessages(
  { realtime, ...others }: ClientParts,
  change: (message: Message) => Message | null,
): ClientParts {
  const subscribe: RealtimeChannels['subscribe'] = (channel, handlers) =>
    realtime.subscribe(channel, {
      onSubscribed: (data) => handlers.onSubscribed(data),
      onLost: (refusal) => handlers.onLost(refusal),
      onMessage: (event, data, userId) => {
        const message = event === SESSION_MESSAGES.events ? EventsMessage.safeParse(data).data : undefined;
        const changed = message === undefined ? data : change(message);
        if (changed !== null) handlers.onMessage(event, changed, userId);
      },
    });
  return { ...others, realtime: { subscribe, wake: () => realtime.wake() } };
}

/** Believes that messages are all there is. */
export function neverLists(parts: ClientParts): ClientParts {
  return listsSeldom(parts);
}

/** Takes what comes late, or after something newer, for old news. */
export function dropsLate(parts: ClientParts): ClientParts {
  let newest = 0;
  return changeMessages(listsSeldom(parts), (message) => {
    const [first] = message.events ?? [];
    const ageMs = first === undefined ? 0 : Date.now() - Date.parse(first.at);
    if (message.from < newest || ageMs > LATE_MS) return null;
    newest = message.to;
    return message;
  });
}

/** Takes what comes again for something new. */
export function believesDoubles(parts: ClientParts): ClientParts {
  let newest = 0;
  return changeMessages(parts, (message) => {
    const by = message.from <= newest ? newest + 1 - message.from : 0;
    newest = Math.max(newest, message.to + by);
    if (by === 0 || !message.events) return message;
    const events = message.events.map((event) => ({ ...event, seq: event.seq + by }));
    return { from: message.from + by, to: message.to + by, events };
  });
}

/** Keeps how far it is before it keeps what it has. */
export class HastyProjector extends Projector {
  #late: NodeJS.Timeout[] = [];

  override crash(): void {
    for (const timer of this.#late.splice(0)) clearTimeout(timer);
    super.crash();
  }

  protected override keep(row: LoggedEvent): void {
    this.kept.cursor = row.seq;
    this.#late.push(setTimeout(() => this.kept.rows.push(row), 400));
  }
}
