import { useRef, useState } from 'react';
import { CommandId, PromptId, type SessionId } from '@/domain/ids';
import type { TimelineItem } from '@/domain/timeline/items';
import { useKeptText } from '../../kit/use-kept-text';
import { wordsOf } from '../../live/failure';
import { useTRPCClient } from '../../live/trpc';

/** A prompt on its way, shown until the log has it. */
export interface Outgoing {
  promptId: PromptId;
  commandId: CommandId;
  text: string;
}

/** The draft of this session's next prompt, and the prompts that were sent but are not in the log yet. */
export function useOutgoing(sessionId: SessionId, items: readonly TimelineItem[]) {
  const client = useTRPCClient();
  const [text, setText] = useKeptText(`dispatch:draft:${sessionId}`);
  const [sent, setSent] = useState<readonly Outgoing[]>([]);
  const [error, setError] = useState<string | null>(null);
  // A try without an answer may have arrived: the same text again is the same prompt, not a second one.
  const unanswered = useRef<Outgoing | null>(null);

  const inLog = new Set(items.map(({ id }) => id));
  const sending = sent.filter(({ promptId }) => !inLog.has(`prompt:${promptId}`));

  async function deliver(prompt: Outgoing): Promise<void> {
    try {
      await client.prompts.send.mutate({ sessionId, ...prompt });
    } catch (failure) {
      unanswered.current = prompt;
      setSent((all) => all.filter(({ promptId }) => promptId !== prompt.promptId));
      setError(wordsOf(failure));
      setText(prompt.text);
    }
  }

  function send(): void {
    if (text.trim() === '') return;
    const again = unanswered.current?.text === text ? unanswered.current : null;
    const prompt = again ?? {
      promptId: PromptId.parse(crypto.randomUUID()),
      commandId: CommandId.parse(crypto.randomUUID()),
      text,
    };
    unanswered.current = null;
    setSent([...sending, prompt]);
    setError(null);
    setText('');
    void deliver(prompt);
  }

  return { text, setText, send, sending, error };
}
