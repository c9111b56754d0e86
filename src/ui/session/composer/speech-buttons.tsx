import { Button } from '../../kit/button';
import { KeyCaps } from '../../kit/key-caps';
import type { SpeechMode } from './outbox';

/** What each way means, said on the button itself. */
const MEANING = {
  queue: 'Runs after the running turn and everything that waits',
  steer: 'The agent reads it at its next step, without stopping',
  interrupt: 'Stops the running turn, keeps its work, and runs this next',
} satisfies Record<SpeechMode, string>;

/** The ways to say it: one button while nothing runs, three beside a running turn. */
export function SpeechButtons({
  isBusy,
  canSteer,
  blocked,
  onSay,
}: {
  isBusy: boolean;
  canSteer: boolean;
  /** Why nothing can be said yet, in words. */
  blocked: string | null;
  onSay: (mode: SpeechMode) => void;
}) {
  const state = { size: 'small', disabled: blocked !== null } as const;
  if (!isBusy) {
    return (
      <Button {...state} variant="primary" title={blocked ?? undefined} onClick={() => onSay('queue')}>
        Send <Hint keys="Enter" />
      </Button>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-1">
      {canSteer && (
        <>
          <Button
            {...state}
            variant="quiet"
            title={blocked ?? MEANING.interrupt}
            onClick={() => onSay('interrupt')}
          >
            Stop and send <Hint keys="mod+Enter" />
          </Button>
          <Button {...state} variant="quiet" title={blocked ?? MEANING.steer} onClick={() => onSay('steer')}>
            Steer <Hint keys="alt+Enter" />
          </Button>
        </>
      )}
      <Button {...state} variant="primary" title={blocked ?? MEANING.queue} onClick={() => onSay('queue')}>
        Queue <Hint keys="Enter" />
      </Button>
    </span>
  );
}

/** Its key, where there is a keyboard to press it on. */
function Hint({ keys }: { keys: string }) {
  return (
    <span aria-hidden className="hidden font-normal opacity-75 lg:pointer-fine:inline">
      <KeyCaps keys={keys} />
    </span>
  );
}
