import { useMutation } from '@tanstack/react-query';
import type { SessionId, TurnId } from '@/domain/ids';
import { TurnId as TurnIdOf } from '@/domain/ids';
import { Button } from '../../kit/button';
import { ChangeCount } from '../../kit/change-count';
import { plural } from '../../kit/format';
import { say } from '../../kit/say';
import { Select } from '../../kit/select';
import { wordsOf } from '../../live/failure';
import { useTRPCClient } from '../../live/trpc';
import { downloadPatch } from './download-patch';
import { PullRequestButton } from './pull-request-button';
import type { ShownDiff } from './use-diff';
import { useDiffLook } from './use-diff-look';
import type { Folds } from './use-folds';
import type { TurnChoice } from './use-turns';

interface DiffToolbarProps {
  sessionId: SessionId;
  /** Null until it is there. */
  diff: ShownDiff | null;
  turnId: TurnId | null;
  turns: readonly TurnChoice[];
  chooseTurn: (turnId: TurnId | null) => void;
  folds: Folds;
}

/** How much is changed, whose part of it is shown, and how. */
export function DiffToolbar({ sessionId, diff, turnId, turns, chooseTurn, folds }: DiffToolbarProps) {
  const files = diff?.files ?? [];
  const sum = (side: 'additions' | 'deletions') => files.reduce((total, file) => total + file[side], 0);
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1 text-sm">
      <h2 className="sr-only">Change</h2>
      {files.length > 0 && (
        <span className="flex items-center gap-3 text-muted">
          {plural(files.length, 'file')}
          <ChangeCount additions={sum('additions')} deletions={sum('deletions')} />
        </span>
      )}
      {turns.length > 0 && <TurnSelect {...{ turnId, turns, chooseTurn }} />}
      {files.length > 0 && (
        <span className="ml-auto flex items-center gap-1">
          <LookButtons />
          <Button size="small" variant="quiet" onClick={() => folds.setAll(!folds.isAllOpen)}>
            {folds.isAllOpen ? 'Collapse all' : 'Expand all'}
          </Button>
          {turnId === null && <PullRequestButton sessionId={sessionId} />}
          {diff?.missing !== 'not kept' && <DownloadButton {...{ sessionId, turnId }} />}
        </span>
      )}
    </div>
  );
}

function TurnSelect({
  turnId,
  turns,
  chooseTurn,
}: Pick<DiffToolbarProps, 'turnId' | 'turns' | 'chooseTurn'>) {
  const options = turns.map((turn) => ({ value: turn.turnId, label: wordsOfTurn(turn) }));
  const isListed = turnId === null || turns.some((turn) => turn.turnId === turnId);
  return (
    <Select
      label="Turn"
      value={turnId ?? 'all'}
      options={[
        { value: 'all', label: 'All turns' },
        ...(isListed ? [] : [{ value: turnId, label: 'One turn' }]),
        ...options.reverse(),
      ]}
      onChange={(value) => chooseTurn(value === 'all' ? null : TurnIdOf.parse(value))}
    />
  );
}

const PROMPT_CHARACTERS = 60;

/** `Ada: rename greet to welcome`, as much of it as a line of a list takes. */
function wordsOfTurn({ people, prompt }: TurnChoice): string {
  const asked = prompt.replace(/\s+/g, ' ').trim();
  const short = asked.length > PROMPT_CHARACTERS ? `${asked.slice(0, PROMPT_CHARACTERS).trimEnd()}…` : asked;
  const names = people.map(({ name }) => name.split(' ')[0]).join(', ');
  return names === '' ? short : `${names}: ${short}`;
}

function LookButtons() {
  const { canSplit, isSplit, isWrapped, setSplit, setWrapped } = useDiffLook();
  return (
    <>
      {canSplit && (
        <Toggle isOn={isSplit} onChange={setSplit}>
          Split
        </Toggle>
      )}
      <Toggle isOn={isWrapped} onChange={setWrapped}>
        Wrap
      </Toggle>
    </>
  );
}

function Toggle({
  isOn,
  onChange,
  children,
}: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  children: string;
}) {
  return (
    <Button
      size="small"
      variant="quiet"
      aria-pressed={isOn}
      className="aria-pressed:border-line aria-pressed:bg-raised aria-pressed:text-text"
      onClick={() => onChange(!isOn)}
    >
      {children}
    </Button>
  );
}

function DownloadButton({ sessionId, turnId }: { sessionId: SessionId; turnId: TurnId | null }) {
  const client = useTRPCClient();
  const download = useMutation({
    // The address that the panel was read from is good for some minutes only.
    mutationFn: async () => downloadPatch(await client.diff.get.query({ sessionId, turnId })),
    onError: (error) => say(`The patch was not downloaded. ${wordsOf(error)}`),
  });
  return (
    <Button
      size="small"
      variant="quiet"
      title="Download as a patch for git apply"
      disabled={download.isPending}
      onClick={() => download.mutate()}
    >
      Download
    </Button>
  );
}
