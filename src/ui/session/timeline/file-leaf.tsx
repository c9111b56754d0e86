import { AttachmentList } from '../../attachments/attachment-list';
import { useSession } from '../session-context';
import type { LeafProps } from './leaf';
import { TimelineStep } from './timeline-step';

/** A file that the agent handed over. */
export function FileLeaf({ item: { id, name, mime, blob } }: LeafProps<'file'>) {
  const { sessionId } = useSession();
  return (
    <TimelineStep id={id} shape="check" tone="muted" summary={`File ${name}`} aside={mime} isOpenAtFirst>
      {blob && <AttachmentList sessionId={sessionId} attachments={[{ name, mime, blob }]} />}
    </TimelineStep>
  );
}
