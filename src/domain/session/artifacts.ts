import type { ArtifactType } from '../events/collaboration';
import type { Attachment, EventOf, SessionEvent } from '../events/session-event';
import { ArtifactId } from '../ids';
import type { SessionState } from './state';

/** How many are remembered by name; an older one that is made again counts as new. */
export const MAX_ARTIFACTS = 200;

/** What a tool made, as things of the session: one of the same name is a newer version of it. */
export function artifactEvents(state: SessionState, { part }: EventOf<'part.finished'>): SessionEvent[] {
  if (part.type !== 'tool') return [];
  const known = new Set(state.artifacts);
  return part.attachments.map((attachment): SessionEvent => {
    const artifactId = artifactIdOf(attachment.name);
    const kind = known.has(artifactId) ? 'artifact.updated' : 'artifact.added';
    known.add(artifactId);
    const { name, mime, blob } = attachment;
    return { kind, artifactId, artifact: { type: typeOf(attachment), title: name, mime, blob, url: null } };
  });
}

function typeOf({ mime }: Attachment): ArtifactType {
  if (mime.startsWith('image/')) return 'screenshot';
  return mime.startsWith('video/') ? 'video' : 'file';
}

/** FNV-1a of the name, 64 bits: short, the same everywhere, and nothing that a name could break out of. */
function artifactIdOf(name: string): ArtifactId {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return ArtifactId.parse(hash.toString(16).padStart(16, '0'));
}
