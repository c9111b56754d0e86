import { createContext, use, useState } from 'react';
import type { TurnFacts } from './turn-facts';

interface TimelineScene {
  facts: TurnFacts;
  /** What somebody opened or folded, by item, so that it is as they left it when it scrolls into view again. */
  open: Map<string, boolean>;
  /** The item that the page's address names. */
  linkedId: string | null;
}

const TimelineContext = createContext<TimelineScene | null>(null);

export const TimelineProvider = TimelineContext;

export function useTimelineScene(): TimelineScene {
  const scene = use(TimelineContext);
  if (!scene) throw new Error('This component belongs in a timeline.');
  return scene;
}

/**
 * Whether a step is open: as somebody left it, else as it is at first. What somebody chose stays; until then a step
 * that turns out to have failed opens by itself.
 */
export function useKeptOpen(id: string, isOpenAtFirst: boolean): { isOpen: boolean; toggle: () => void } {
  const { open, linkedId } = useTimelineScene();
  const [chosen, setChosen] = useState<boolean | undefined>(() => open.get(id));
  const isOpen = chosen ?? (isOpenAtFirst || linkedId === id);
  const toggle = () => {
    open.set(id, !isOpen);
    setChosen(!isOpen);
  };
  return { isOpen, toggle };
}
