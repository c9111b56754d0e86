import type { ComponentProps } from 'react';
import { Step } from '../../kit/step';
import { useKeptOpen } from './timeline-context';

/** A step of the timeline: open or folded as somebody left it, also after it was out of sight. */
export function TimelineStep({
  id,
  isOpenAtFirst = false,
  ...step
}: Omit<ComponentProps<typeof Step>, 'isOpen' | 'onToggle'> & {
  /** Of the item that it shows. */
  id: string;
  isOpenAtFirst?: boolean;
}) {
  const { isOpen, toggle } = useKeptOpen(id, isOpenAtFirst);
  return <Step {...step} isOpen={isOpen} onToggle={toggle} />;
}
