import { Button } from '../kit/button';
import { classNames } from '../kit/class-names';
import { type AttachedFile, formatSize } from './attached-file';
import { FileSign } from './file-sign';
import type { Attachments } from './use-attachments';

/** The files that will go with a prompt, each with how far it is. Nothing when there is none. */
export function AttachmentTray({
  attachments: { files, remove, retry },
}: {
  attachments: Pick<Attachments, 'files' | 'remove' | 'retry'>;
}) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Files to go with it" className="flex flex-wrap gap-2 px-2 pt-2">
      {files.map((file) => (
        <TrayFile key={file.id} file={file} onRemove={() => remove(file.id)} onRetry={() => retry(file.id)} />
      ))}
    </ul>
  );
}

function TrayFile({
  file,
  onRemove,
  onRetry,
}: {
  file: AttachedFile;
  onRemove: () => void;
  onRetry: () => void;
}) {
  const { name, thumbnail, state } = file;
  const isBroken = state.type === 'failed' || state.type === 'refused';
  return (
    <li
      data-file={state.type}
      className={classNames(
        'relative flex max-w-full min-w-0 items-center gap-2 overflow-hidden rounded-md border py-1 pr-1 pl-1.5 text-xs',
        isBroken && 'border-danger/40',
      )}
    >
      {thumbnail === null ? (
        <FileSign />
      ) : (
        <img src={thumbnail} alt="" className="size-8 shrink-0 rounded-sm object-cover" />
      )}
      <span className="min-w-0">
        <span className="block max-w-48 truncate" title={name}>
          {name}
        </span>
        <TrayState file={file} />
      </span>
      {state.type === 'failed' && (
        <Button size="small" onClick={onRetry}>
          Retry
        </Button>
      )}
      <Button size="small" variant="quiet" aria-label={`Remove ${name}`} title="Remove" onClick={onRemove}>
        ×
      </Button>
      {state.type === 'uploading' && (
        <span
          aria-hidden
          style={{ transform: `scaleX(${state.share})` }}
          className="absolute inset-x-0 bottom-0 h-0.5 origin-left bg-live transition-transform"
        />
      )}
    </li>
  );
}

function TrayState({ file: { state, sizeBytes } }: { file: AttachedFile }) {
  switch (state.type) {
    case 'preparing':
      return <span className="text-muted">Reading…</span>;
    case 'uploading':
      return (
        <span className="tabular text-muted">
          Uploading, {Math.round(state.share * 100)}% of {formatSize(sizeBytes)}
        </span>
      );
    case 'ready':
      return <span className="tabular text-muted">{formatSize(sizeBytes)}</span>;
    case 'failed':
    case 'refused':
      return (
        <span role="alert" className="block max-w-72 text-danger">
          {state.message}
        </span>
      );
  }
}
