import type { SessionId } from '@/domain/ids';
import type { Connection, TerminalState } from '@/domain/terminal/terminal-link';
import { Button } from '../../kit/button';
import { plural } from '../../kit/format';
import { useTerminal } from './use-terminal';

/** The screen of the terminal, with who drives it above. */
export function TerminalScreen({ sessionId }: { sessionId: SessionId }) {
  const { holder, state, connection, say, focus } = useTerminal(sessionId);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1 text-sm">
        <p role="status" className="min-w-0 flex-1 text-muted">
          {wordsOf(connection, state)}
        </p>
        {state && connection.type === 'open' && (
          <Actions
            state={state}
            drive={() => {
              say({ type: 'drive' });
              focus();
            }}
            release={() => say({ type: 'release' })}
            restart={() => say({ type: 'restart' })}
          />
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-auto bg-bg p-2" data-terminal={connection.type} ref={holder} />
      <p className="border-t px-3 py-1 text-xs text-muted">Shift and Escape leave the terminal.</p>
    </div>
  );
}

function Actions({
  state: { driver, mayDrive, isRunning },
  drive,
  release,
  restart,
}: {
  state: TerminalState;
  drive: () => void;
  release: () => void;
  restart: () => void;
}) {
  if (!mayDrive) return <span className="text-muted">You may look on.</span>;
  if (!isRunning) {
    return (
      <Button size="small" onClick={restart}>
        New shell
      </Button>
    );
  }
  if (driver?.isYou) {
    return (
      <Button size="small" onClick={release}>
        Let go
      </Button>
    );
  }
  return (
    <Button size="small" onClick={drive}>
      {driver ? 'Take over' : 'Type here'}
    </Button>
  );
}

function wordsOf(connection: Connection, state: TerminalState | null): string {
  if (connection.type === 'waiting') return `${connection.why} Trying again…`;
  if (connection.type === 'connecting' || !state) return 'Connecting…';
  if (!state.isRunning) return 'The shell has ended.';
  const { driver, people } = state;
  const watching = people > 1 ? ` ${plural(people, 'person')} here.`.replace('persons', 'people') : '';
  if (!driver) return `Nobody is typing.${watching}`;
  return `${driver.isYou ? 'You have' : `${driver.name} has`} the keyboard.${watching}`;
}
