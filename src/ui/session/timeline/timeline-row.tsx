import { memo } from 'react';
import { GroupLeaf } from './group-leaf';
import type { Row } from './row';
import { TaskLeaf } from './task-leaf';
import { TimelineItemView } from './timeline-item';

/** One row that stands for something in the log; a gap is the timeline's own. */
export const TimelineRow = memo(function TimelineRow({ row }: { row: Row }) {
  switch (row.type) {
    case 'item':
      return <TimelineItemView item={row.item} />;
    case 'group':
      return <GroupLeaf row={row} />;
    case 'task':
      return (
        <TaskLeaf row={row}>
          {row.children.map((child) => (
            <TimelineRow key={child.key} row={child} />
          ))}
        </TaskLeaf>
      );
    case 'gap':
      return null;
  }
});
