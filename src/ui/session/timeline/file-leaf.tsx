import { Step } from '../../kit/step';
import type { LeafProps } from './leaf';

/** A file that the agent handed over. */
export function FileLeaf({ item: { name, mime } }: LeafProps<'file'>) {
  return <Step shape="check" tone="muted" summary={`File ${name}`} aside={mime} />;
}
