import { useState } from 'react';
import type { Attachment } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import { Button } from '../kit/button';
import { Dialog } from '../kit/dialog';
import { formatSize, isPicture } from './attached-file';
import { FileSign } from './file-sign';
import { useAddresses } from './use-addresses';

/** The files that went with a prompt, or that a tool made: pictures small, each to be opened or saved. */
export function AttachmentList({
  sessionId,
  attachments,
}: {
  sessionId: SessionId;
  attachments: readonly Attachment[];
}) {
  const { addresses } = useAddresses(
    sessionId,
    attachments.map(({ blob }) => blob.key),
  );
  if (attachments.length === 0) return null;
  return (
    <ul aria-label="Files" className="mt-2 flex flex-wrap gap-2">
      {attachments.map((attachment) => (
        <SentFile
          key={attachment.blob.key}
          attachment={attachment}
          address={addresses[attachment.blob.key] ?? null}
        />
      ))}
    </ul>
  );
}

function SentFile({
  attachment: { name, mime, blob },
  address,
}: {
  attachment: Attachment;
  address: string | null;
}) {
  const size = formatSize(blob.sizeBytes);
  if (isPicture(mime)) return <SentPicture name={name} size={size} address={address} />;
  return (
    <li className="max-w-full min-w-0">
      <a
        href={address ?? undefined}
        download={name}
        rel="noopener noreferrer"
        target="_blank"
        className="flex items-center gap-2 rounded-md border px-2 py-1 text-xs hover:bg-raised"
      >
        <FileSign />
        <span className="min-w-0 truncate">{name}</span>
        <span className="tabular shrink-0 text-muted">{size}</span>
      </a>
    </li>
  );
}

/** A picture, small; the whole of it is one click away. */
function SentPicture({ name, size, address }: { name: string; size: string; address: string | null }) {
  const [isOpen, setIsOpen] = useState(false);
  if (address === null) return <li aria-label={name} className="size-24 rounded-md border bg-raised" />;
  return (
    <li>
      <button
        type="button"
        title={`${name}, ${size}`}
        aria-label={`Show ${name}`}
        onClick={() => setIsOpen(true)}
        className="block overflow-hidden rounded-md border bg-raised"
      >
        <img
          src={address}
          alt=""
          loading="lazy"
          className="block max-h-40 min-h-8 max-w-60 min-w-8 object-contain"
        />
      </button>
      {isOpen && (
        <Dialog
          label={name}
          onClose={() => setIsOpen(false)}
          className="top-[4dvh] max-h-[92dvh] max-w-[94vw] p-2"
        >
          <img src={address} alt={name} className="max-h-[84dvh] max-w-full object-contain" />
          <div className="flex items-center gap-2 pt-2 text-sm">
            <span className="min-w-0 flex-1 truncate">
              {name} <span className="tabular text-muted">{size}</span>
            </span>
            <Button size="small" onClick={() => setIsOpen(false)}>
              Close
            </Button>
          </div>
        </Dialog>
      )}
    </li>
  );
}
