'use client';

import { memo, useState } from 'react';
import type { SessionId } from '@/domain/ids';
import { isAgentReachable } from '@/domain/session/state';
import type { LiveView } from '../../live/live-session';
import { ChangedFiles } from './changed-files';
import { FileTree } from './file-tree';
import { FileViewer } from './file-viewer';
import { NameSearch } from './name-search';
import { setFilePlace, useFilePlace } from './use-file-place';

/** The repository's files as they lie in the sandbox now. */
export function FilesPanel({
  sessionId,
  view: { items, session },
}: {
  sessionId: SessionId;
  view: Pick<LiveView, 'items' | 'session'>;
}) {
  const headSha = items.findLast((item) => item.type === 'diff')?.headSha ?? null;
  if (!isAgentReachable(session)) {
    return <ChangedFiles {...{ sessionId, headSha, session }} />;
  }
  // A turn that starts or ends is when files become others.
  const revision = `${headSha ?? ''} ${session.running?.turnId ?? ''}`;
  return <Files sessionId={sessionId} revision={revision} />;
}

/** Follows the files, not each event of a session. */
const Files = memo(function Files({ sessionId, revision }: { sessionId: SessionId; revision: string }) {
  const place = useFilePlace();
  const [wanted, setWanted] = useState('');
  const open = (path: string) => setFilePlace({ path });
  return (
    <div className="@container flex min-h-0 flex-1">
      <div
        className={`min-h-0 min-w-0 flex-1 flex-col @min-[620px]:flex @min-[620px]:max-w-64 @min-[620px]:border-r ${place ? 'hidden' : 'flex'}`}
      >
        <NameSearch {...{ sessionId, revision, wanted, open }} onWanted={setWanted} />
        {wanted === '' && <FileTree {...{ sessionId, revision, open }} openPath={place?.path ?? null} />}
      </div>
      <div className={`min-h-0 min-w-0 flex-1 flex-col @min-[620px]:flex ${place ? 'flex' : 'hidden'}`}>
        {place ? (
          <FileViewer
            key={place.path}
            {...{ sessionId, revision, place }}
            onClose={() => setFilePlace(null)}
          />
        ) : (
          <p className="p-4 text-sm text-muted">Choose a file to read it here.</p>
        )}
      </div>
    </div>
  );
});
