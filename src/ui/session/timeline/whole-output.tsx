import type { BlobRef } from '@/domain/events/session-event';
import { useAddresses } from '../../attachments/use-addresses';
import { formatCount } from '../../kit/format';
import { useSession } from '../session-context';

/** Leads to the whole of what is shown only in part. */
export function WholeOutput({ blob: { key, sizeBytes } }: { blob: BlobRef }) {
  const { sessionId } = useSession();
  const { addresses } = useAddresses(sessionId, [key]);
  const words = `Open all ${formatCount(sizeBytes)} bytes`;
  const address = addresses[key];
  if (address === undefined) return <span className="shrink-0">{words}</span>;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      className="shrink-0 text-accent underline underline-offset-2"
    >
      {words}
    </a>
  );
}
