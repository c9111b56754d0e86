import { Elapsed } from '../../kit/elapsed';
import { Life } from '../sandbox/life';
import { bootTook, hasFailedSetup, hasOtherStart, lifeLook, LIMITS } from '../sandbox/phase-words';
import type { LeafProps } from './leaf';
import { TimelineStep } from './timeline-step';

/** One life of the sandbox as a step, with its phases and what its setup printed inside. */
export function SandboxLeaf({ item }: LeafProps<'sandbox'>) {
  const { phase, phases, limits } = item;
  const look = lifeLook(item);
  const [first] = phases;
  const isBroken = phase === 'failed' || phase === 'lost';
  return (
    <TimelineStep
      id={item.id}
      shape={look.shape}
      tone={look.tone}
      isMoving={look.isUnderWay === true}
      isOpenAtFirst={isBroken || hasFailedSetup(phases) || hasOtherStart(phases)}
      summary={
        <>
          <span className={isBroken ? 'text-danger' : undefined}>{look.words}</span>
          {limits.map((limit) => (
            <span key={limit} className="text-ask">
              {' '}
              {LIMITS[limit]}
            </span>
          ))}
        </>
      }
      aside={
        look.isUnderWay && first ? (
          <Elapsed since={first.at} />
        ) : phase === 'ready' ? (
          (bootTook(phases) ?? undefined)
        ) : undefined
      }
    >
      <Life item={item} />
    </TimelineStep>
  );
}
