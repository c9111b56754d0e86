import { RawText } from '../../kit/raw-text';
import type { LeafProps } from './leaf';
import { TimelineStep } from './timeline-step';

/** An event that this page is too old for, or that came broken: never dropped. */
export function UnknownLeaf({ item: { id, was, error, preview } }: LeafProps<'unknown'>) {
  const name = was === '' ? 'an event' : `“${was}”`;
  return (
    <TimelineStep
      id={id}
      shape="question"
      tone="ask"
      summary={`This page does not know ${name}. Reload it for a newer one`}
    >
      <p className="text-sm text-muted">{error}</p>
      <RawText label="As it came" text={preview} />
    </TimelineStep>
  );
}
