import { Face } from '../../kit/face';
import { useMe } from '../../live/live-provider';

/** A prompt that was sent and is not in the log yet. */
export function SendingPrompt({ text }: { text: string }) {
  const { person } = useMe();
  return (
    <article
      className="mt-3 rounded-lg border border-dashed bg-surface px-3 py-2"
      aria-label="Prompt being sent"
    >
      <p className="flex items-center gap-2 text-sm text-muted">
        <Face id={person.id} name={person.name} />
        <span className="font-medium text-text">{person.name}</span>
        sending…
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{text}</p>
    </article>
  );
}
