import type { Isolation, SandboxLimit, SandboxPhase } from '@/domain/events/session-event';
import type { SandboxItem } from '@/domain/timeline/items';
import { formatDuration } from '../../kit/format';
import type { MarkShape, MarkTone } from '../../kit/mark';

export interface PhaseLook {
  words: string;
  shape: MarkShape;
  tone: MarkTone;
  isUnderWay?: boolean;
}

/** How each phase of a sandbox's life is said and shown. */
export const PHASES = {
  requested: { words: 'Asking for a sandbox', shape: 'half', tone: 'live', isUnderWay: true },
  booting: { words: 'Booting the sandbox', shape: 'half', tone: 'live', isUnderWay: true },
  waking: { words: 'Waking the sandbox', shape: 'half', tone: 'live', isUnderWay: true },
  cloning: { words: 'Cloning the repository', shape: 'half', tone: 'live', isUnderWay: true },
  setup: { words: 'Running the setup', shape: 'half', tone: 'live', isUnderWay: true },
  agent_starting: { words: 'Starting the agent', shape: 'half', tone: 'live', isUnderWay: true },
  ready: { words: 'Sandbox ready', shape: 'check', tone: 'muted' },
  agent_restarted: { words: 'The agent was started again', shape: 'alert', tone: 'ask' },
  quiescing: { words: 'Going to sleep', shape: 'half', tone: 'muted', isUnderWay: true },
  rolling: { words: 'Moving to a new sandbox', shape: 'half', tone: 'muted', isUnderWay: true },
  snapshotting: { words: 'Keeping its disk', shape: 'half', tone: 'muted', isUnderWay: true },
  asleep: { words: 'The sandbox sleeps', shape: 'ring', tone: 'muted' },
  lost: { words: 'The sandbox was lost', shape: 'cross', tone: 'danger' },
  failed: { words: 'The sandbox did not start', shape: 'cross', tone: 'danger' },
  ended: { words: 'The sandbox has ended', shape: 'dash', tone: 'muted' },
} satisfies Record<SandboxPhase, PhaseLook>;

/** How far a sandbox is walled off, in a sentence. */
export const WALLS = {
  vm: 'It is a virtual machine of its own.',
  container: 'It is a container of its own.',
  namespace: 'It is walled off by bubblewrap: its own files, processes and users.',
  none: 'It is a plain process: it is not walled off from the machine that it runs on.',
} satisfies Record<Isolation, string>;

/** What is said when a sandbox ran out of something. */
export const LIMITS = {
  memory: 'It ran out of memory: what asked for more was ended.',
  processes: 'It had as many processes as it may: no more could be started.',
  cpu: 'It used all of the processor that it may.',
  disk: 'Its disk is full.',
} satisfies Record<SandboxLimit, string>;

/** How long a phase lasted, for those that are under way until the next one; null for a state that just is. */
export function phaseTook(phases: SandboxItem['phases'], index: number): string | null {
  const [from, to] = [phases[index], phases[index + 1]];
  const look: PhaseLook | undefined = from && PHASES[from.phase];
  if (!from || !to || look?.isUnderWay !== true) return null;
  return formatDuration(Date.parse(to.at) - Date.parse(from.at));
}

/** How long it took from when it was wanted until it was ready; null when it was not. */
export function bootTook(phases: SandboxItem['phases']): string | null {
  const [first] = phases;
  const ready = phases.find(({ phase }) => phase === 'ready');
  return first && ready ? formatDuration(Date.parse(ready.at) - Date.parse(first.at)) : null;
}

/** Whether the repository's own setup failed in this life: the sandbox is there all the same, with less in it. */
export function hasFailedSetup(phases: SandboxItem['phases']): boolean {
  return phases.some(({ phase, reason }) => phase === 'setup' && reason !== null);
}

/** Whether this life began with another disk than the last one ended with: people should know what is not there. */
export function hasOtherStart(phases: SandboxItem['phases']): boolean {
  return phases.some(({ phase, reason }) => (phase === 'booting' || phase === 'waking') && reason !== null);
}

const WITHOUT_SETUP: PhaseLook = {
  words: 'Sandbox ready, but its setup failed',
  shape: 'alert',
  tone: 'ask',
};

/** How a whole life is said and shown. */
export function lifeLook({ phase, phases }: Pick<SandboxItem, 'phase' | 'phases'>): PhaseLook {
  if (phase === 'ready' && hasFailedSetup(phases)) return WITHOUT_SETUP;
  return PHASES[phase ?? 'requested'];
}
