import { useSession } from '../session-context';
import { typingWords } from './typing-words';
import { useTyping } from './use-typing';

/** Who else is typing. Not read aloud by itself: it changes with every pause of somebody. */
export function TypingNotice() {
  const { sessionId } = useSession();
  const words = typingWords(useTyping(sessionId).typingNames);
  if (words === '') return null;
  return (
    <>
      <span aria-hidden>·</span>
      <span className="min-w-0 truncate text-text" title={words} data-typing>
        {words}
      </span>
    </>
  );
}
