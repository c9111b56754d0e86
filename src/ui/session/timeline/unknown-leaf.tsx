import { RawText } from '../../kit/raw-text';
import { Step } from '../../kit/step';
import type { LeafProps } from './leaf';

/** An event that this page is too old for, or that came broken: never dropped. */
export function UnknownLeaf({ item: { was, error, preview } }: LeafProps<'unknown'>) {
  const name = was === '' ? 'an event' : `“${was}”`;
  return (
    <Step shape="question" tone="ask" summary={`This page does not know ${name}. Reload it for a newer one`}>
      <p className="text-sm text-muted">{error}</p>
      <RawText label="As it came" text={preview} />
    </Step>
  );
}
