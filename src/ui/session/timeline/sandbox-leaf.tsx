import type { Isolation, SandboxPhase } from '@/domain/events/session-event';
import { Elapsed } from '../../kit/elapsed';
import { formatDuration } from '../../kit/format';
import type { MarkShape, MarkTone } from '../../kit/mark';
import { RawText } from '../../kit/raw-text';
import { Time } from '../../kit/time';
import type { LeafProps } from './leaf';
import { TimelineStep } from './timeline-step';

interface Look {
  words: string;
  shape: MarkShape;
  tone: MarkTone;
  isUnderWay?: boolean;
}

const PHASES = {
  requested: { words: 'Waking a sandbox', shape: 'half', tone: 'live', isUnderWay: true },
  booting: { words: 'Booting the sandbox', shape: 'half', tone: 'live', isUnderWay: true },
  cloning: { words: 'Cloning the repository', shape: 'half', tone: 'live', isUnderWay: true },
  setup: { words: 'Running the setup', shape: 'half', tone: 'live', isUnderWay: true },
  agent_starting: { words: 'Starting the agent', shape: 'half', tone: 'live', isUnderWay: true },
  ready: { words: 'Sandbox ready', shape: 'check', tone: 'muted' },
  agent_restarted: { words: 'The agent was started again', shape: 'alert', tone: 'ask' },
  asleep: { words: 'The sandbox sleeps', shape: 'ring', tone: 'muted' },
  lost: { words: 'The sandbox was lost', shape: 'cross', tone: 'danger' },
  failed: { words: 'The sandbox did not start', shape: 'cross', tone: 'danger' },
  ended: { words: 'The sandbox has ended', shape: 'dash', tone: 'muted' },
} satisfies Record<SandboxPhase, Look>;

const WALLS = {
  vm: 'It is a virtual machine of its own.',
  container: 'It is a container of its own.',
  namespace: 'It is walled off by bubblewrap: its own files, processes and users.',
  none: 'It is a plain process: it is not walled off from the machine that it runs on.',
} satisfies Record<Isolation, string>;

/** One life of the sandbox as a step, with its phases and what its setup printed inside. */
export function SandboxLeaf({ item }: LeafProps<'sandbox'>) {
  const { phase, phases, isolation, reason, log } = item;
  const look: Look = PHASES[phase ?? 'requested'];
  const first = phases[0];
  const ready = phases.find((entry) => entry.phase === 'ready');
  const isBroken = phase === 'failed' || phase === 'lost';
  return (
    <TimelineStep
      id={item.id}
      shape={look.shape}
      tone={look.tone}
      isMoving={look.isUnderWay === true}
      isOpenAtFirst={isBroken}
      summary={<span className={isBroken ? 'text-danger' : undefined}>{look.words}</span>}
      aside={
        look.isUnderWay && first ? (
          <Elapsed since={first.at} />
        ) : first && ready && phase === 'ready' ? (
          formatDuration(Date.parse(ready.at) - Date.parse(first.at))
        ) : undefined
      }
    >
      {reason && <p className="text-sm">{reason.message}</p>}
      <ol className="flex flex-col gap-0.5 text-sm text-muted">
        {phases.map(({ phase: name, at, reason: why }, index) => (
          <li key={index} className="flex gap-2">
            <Time at={at} as="clock" />
            <span className="min-w-0">
              {PHASES[name].words}
              {tookOf(phases, index)}
              {why && why.message !== reason?.message && `: ${why.message}`}
            </span>
          </li>
        ))}
      </ol>
      {isolation !== null && <p className="text-sm text-muted">{WALLS[isolation]}</p>}
      {log !== '' && <RawText label="Setup log" text={log} />}
    </TimelineStep>
  );
}

/** How long a phase lasted, for those that are under way until the next one. */
function tookOf(phases: LeafProps<'sandbox'>['item']['phases'], index: number): string {
  const [from, to] = [phases[index], phases[index + 1]];
  const look: Look | undefined = from && PHASES[from.phase];
  if (!from || !to || look?.isUnderWay !== true) return '';
  return ` · ${formatDuration(Date.parse(to.at) - Date.parse(from.at))}`;
}
