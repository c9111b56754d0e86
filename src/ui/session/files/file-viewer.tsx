import { useMemo } from 'react';
import type { SessionId } from '@/domain/ids';
import { Button } from '../../kit/button';
import { CopyButton } from '../../kit/copy-button';
import { Notice } from '../../kit/notice';
import { Skeleton } from '../../kit/skeleton';
import { wordsOf } from '../../live/failure';
import { saveFile } from '../diff/save-file';
import { visibleCode } from '../diff/visible-code';
import type { FilePlace } from './file-hash';
import { FileText } from './file-text';
import { formatBytes, type ReadContent, readContent } from './read-content';
import { type FileContent, useFile } from './use-files';

interface FileViewerProps {
  sessionId: SessionId;
  revision: string;
  place: FilePlace;
  onClose: () => void;
}

/** One file of the repository: as text with its lines, as a picture, or in words when it is neither. */
export function FileViewer({ sessionId, revision, place, onClose }: FileViewerProps) {
  const { data, error, refetch } = useFile({ sessionId, revision }, place.path);
  const content = useMemo(() => (data ? readContent(data) : null), [data]);
  return (
    <>
      <Heading {...{ place, onClose, content }} file={data ?? null} />
      {data ? (
        <Content place={place} file={data} content={content} />
      ) : (
        <div className="p-4">
          {error ? (
            <Notice
              tone="danger"
              action={
                <Button size="small" onClick={() => void refetch()}>
                  Try again
                </Button>
              }
            >
              {wordsOf(error)}
            </Notice>
          ) : (
            <Skeleton lines={5} />
          )}
        </div>
      )}
    </>
  );
}

function Heading({
  place: { path },
  onClose,
  content,
  file,
}: Pick<FileViewerProps, 'place' | 'onClose'> & { content: ReadContent | null; file: FileContent | null }) {
  const shown = visibleCode(path);
  const at = shown.lastIndexOf('/') + 1;
  return (
    <div className="flex min-h-9 shrink-0 items-center gap-2 border-b py-1 pr-2 pl-2 text-sm">
      <Button size="small" variant="quiet" onClick={onClose} aria-label="Close this file">
        ‹
      </Button>
      {/* Read out as one path, although it is drawn in two parts. */}
      <h2 aria-label={shown} className="flex min-w-0 flex-1 font-mono text-xs" title={shown}>
        <span className="min-w-0 shrink-[1000] truncate whitespace-pre text-muted">{shown.slice(0, at)}</span>
        <span className="min-w-0 truncate whitespace-pre">{shown.slice(at)}</span>
      </h2>
      {file && <span className="tabular shrink-0 text-xs text-muted">{formatBytes(file.sizeBytes)}</span>}
      {content?.text != null && <CopyButton text={content.text} label="this file" />}
      {content && (
        <Button
          size="small"
          variant="quiet"
          onClick={() => saveFile(new Blob([content.bytes]), path.slice(path.lastIndexOf('/') + 1))}
        >
          Download
        </Button>
      )}
    </div>
  );
}

function Content({
  place,
  file,
  content,
}: Pick<FileViewerProps, 'place'> & { file: FileContent; content: ReadContent | null }) {
  if (!content) {
    return (
      <Words>This file is larger than 1 MB, so it is not shown. A terminal in the sandbox can read it.</Words>
    );
  }
  if (file.picture !== null) {
    return (
      <div className="min-h-0 flex-1 overflow-auto p-4">
        <img
          src={`data:${file.picture};base64,${file.content ?? ''}`}
          alt={place.path}
          className="max-w-full border bg-raised"
        />
      </div>
    );
  }
  if (content.text === null)
    return <Words>A binary file: there is nothing to read in it. It can be downloaded.</Words>;
  if (content.text === '') return <Words>This file is empty.</Words>;
  return (
    <>
      {content.isGuessed && <Words>Not all of it is UTF-8; what could not be read shows as �.</Words>}
      <FileText place={place} text={content.text} />
    </>
  );
}

function Words({ children }: { children: string }) {
  return <p className="shrink-0 px-4 py-2 text-sm text-muted">{children}</p>;
}
