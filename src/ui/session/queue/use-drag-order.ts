import { type DragEvent, useState } from 'react';
import type { PromptId } from '@/domain/ids';

const TYPE = 'application/x-dispatch-prompt';

export interface DragRow {
  /** Where a prompt that is let go of now would come: before this row. */
  isTarget: boolean;
  isDragged: boolean;
  props: {
    draggable: true;
    onDragStart: (event: DragEvent) => void;
    onDragOver: (event: DragEvent) => void;
    onDragEnd: () => void;
    onDrop: (event: DragEvent) => void;
  };
}

/** Rows that can be dragged to another place; the buttons on each row do the same for a keyboard. */
export function useDragOrder(onMove: (promptId: PromptId, position: number) => void) {
  const [dragged, setDragged] = useState<PromptId | null>(null);
  const [target, setTarget] = useState<number | null>(null);
  const end = () => {
    setDragged(null);
    setTarget(null);
  };
  const row = (promptId: PromptId, position: number): DragRow => ({
    isTarget: target === position && dragged !== null && dragged !== promptId,
    isDragged: dragged === promptId,
    props: {
      draggable: true,
      onDragStart: (event) => {
        event.dataTransfer.setData(TYPE, promptId);
        event.dataTransfer.effectAllowed = 'move';
        setDragged(promptId);
      },
      onDragOver: (event) => {
        if (dragged === null) return;
        event.preventDefault();
        setTarget(position);
      },
      onDragEnd: end,
      onDrop: (event) => {
        event.preventDefault();
        if (dragged !== null && dragged !== promptId) onMove(dragged, position);
        end();
      },
    },
  });
  return { row };
}
