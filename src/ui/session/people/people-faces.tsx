import type { PersonHere } from '@/domain/sync/presence-roll';
import { clientsWords, countWords } from '@/domain/sync/presence-words';
import { classNames } from '../../kit/class-names';
import { Face } from '../../kit/face';
import { usePanels } from '../layout/panels-context';
import { useSession } from '../session-context';
import { usePresence } from './use-presence';

/** On a phone, and elsewhere. */
const [FEW, SOME] = [2, 5];

/** Who is in the session now, as faces in its header; pressing them shows the panel of people. */
export function PeopleFaces() {
  const { sessionId } = useSession();
  const { show } = usePanels();
  const presence = usePresence(sessionId);
  // Others first: that one is here oneself is no news.
  const people = [...presence.people].sort((a, b) => Number(a.isMe) - Number(b.isMe));
  if (people.length === 0 && presence.state !== 'full') return null;
  const isFull = presence.state === 'full';
  const count = countWords(presence.state, people.length);
  const words = hereWords(people, count, isFull);
  return (
    <button
      type="button"
      title={words}
      data-here={presence.state}
      onClick={() => show('people')}
      className="flex h-7 shrink-0 items-center gap-1 rounded-md px-1 hover:bg-raised"
    >
      <span className="sr-only">{words}. Show people</span>
      {people.slice(0, SOME).map((person, at) => (
        <span key={person.userId} className={classNames('relative flex', at >= FEW && 'max-sm:hidden')}>
          <Face id={person.userId} name={person.name} />
          <span
            aria-hidden
            className={classNames(
              'absolute -right-0.5 -bottom-0.5 size-2 rounded-full border',
              person.isIdle ? 'border-muted bg-surface' : 'border-surface bg-ok',
            )}
          />
        </span>
      ))}
      <More count={people.length} words={count} />
    </button>
  );
}

/** How many have no face here: another number on a phone. */
function More({ count, words }: { count: number; words: string }) {
  const style = 'tabular text-xs text-muted';
  if (words.endsWith('+'))
    return (
      <span aria-hidden className={style}>
        {words}
      </span>
    );
  return (
    <>
      {count > FEW && (
        <span aria-hidden className={`${style} sm:hidden`}>
          +{count - FEW}
        </span>
      )}
      {count > SOME && (
        <span aria-hidden className={`${style} max-sm:hidden`}>
          +{count - SOME}
        </span>
      )}
    </>
  );
}

function hereWords(people: readonly PersonHere[], count: string, isFull: boolean): string {
  if (isFull) return `${count} people are here`;
  const named = people.slice(0, SOME).map(personWords);
  const others = people.length - named.length;
  return `Here: ${named.join('; ')}${others > 0 ? ` and ${others} more` : ''}`;
}

function personWords({ name, isMe, clients }: PersonHere): string {
  return `${isMe ? 'you' : name} ${clientsWords(clients)}`;
}
