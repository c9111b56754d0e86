import type { ArtifactType } from '@/domain/events/collaboration';
import { Time } from '../../kit/time';
import type { LeafProps } from './leaf';

const WORDS = {
  pull_request: 'Pull request',
  screenshot: 'Picture',
  video: 'Video',
  preview: 'Preview',
  file: 'File',
} satisfies Record<ArtifactType, string>;

/** Something that the session made. The step that made it shows it; here it says how often it was made anew. */
export function ArtifactLeaf({ item: { artifact, versions, updatedAt } }: LeafProps<'artifact'>) {
  const { type, title, url } = artifact;
  return (
    <p className="text-sm break-words text-muted">
      {WORDS[type]}{' '}
      {url === null ? (
        <span className="text-text">{title}</span>
      ) : (
        <a href={url} target="_blank" rel="noreferrer" className="text-text underline">
          {title}
        </a>
      )}
      {versions > 1 && ` · version ${versions}`}, <Time at={updatedAt} as="clock" />
    </p>
  );
}
