import type { SandboxItem } from '@/domain/timeline/items';
import { RawText } from '../../kit/raw-text';
import { Time } from '../../kit/time';
import { LIMITS, PHASES, phaseTook, WALLS } from './phase-words';

/** What one sandbox went through: its phases with their times, how it is walled off, and what its setup printed. */
export function Life({ item: { phases, isolation, reason, limits, log } }: { item: SandboxItem }) {
  const last = phases.at(-1);
  return (
    <>
      {reason && last?.phase !== 'setup' && <p className="text-sm">{reason.message}</p>}
      <ol className="flex flex-col gap-0.5 text-sm text-muted">
        {phases.map(({ phase, at, reason: why }, index) => {
          const took = phaseTook(phases, index);
          if (phase === 'setup' && why) return <FailedSetup key={index} at={at} message={why.message} />;
          return (
            <li key={index} className="flex gap-2">
              <Time at={at} as="clock" />
              <span className="min-w-0">
                {PHASES[phase].words}
                {took !== null && ` · ${took}`}
                {why && why.message !== reason?.message && `: ${why.message}`}
              </span>
            </li>
          );
        })}
      </ol>
      {limits.map((limit) => (
        <p key={limit} className="text-sm text-ask">
          {LIMITS[limit]}
        </p>
      ))}
      {isolation !== null && <p className="text-sm text-muted">{WALLS[isolation]}</p>}
      {log !== '' && <RawText label="Setup log" text={log} />}
    </>
  );
}

/** Its message says the whole of it, on lines of its own. */
function FailedSetup({ at, message }: { at: string; message: string }) {
  return (
    <li className="flex gap-2 text-ask">
      <Time at={at} as="clock" />
      <span className="min-w-0 break-words whitespace-pre-wrap">{message}</span>
    </li>
  );
}
