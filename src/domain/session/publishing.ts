import { pullRequestTitle } from '../code-host';
import type { SessionEvent } from '../events/session-event';
import { ArtifactId } from '../ids';
import type { SystemCommand } from './commands';
import type { SessionState } from './state';

type PublishingCommand = Extract<SystemCommand, { type: 'branch-pushed' | 'push-failed' | 'pull-request' }>;

/** Whether it tells what came of publishing a session's work. */
export function isOfPublishing(command: SystemCommand): command is PublishingCommand {
  return ['branch-pushed', 'push-failed', 'pull-request'].includes(command.type);
}

/** What is told of it; a pull request is a thing of the session, in its newest version. An archived session takes it too. */
export function publishingEvent(
  { artifacts }: Pick<SessionState, 'artifacts'>,
  command: PublishingCommand,
): SessionEvent {
  switch (command.type) {
    case 'branch-pushed':
      return { kind: 'branch.pushed', branch: command.branch, headSha: command.headSha };
    case 'push-failed':
      return { kind: 'branch.push_failed', branch: command.branch, reason: command.reason };
    case 'pull-request': {
      const { pullRequest } = command;
      const artifactId = ArtifactId.parse(`pr${pullRequest.number}`);
      const artifact = { type: 'pull_request' as const, title: pullRequestTitle(pullRequest) };
      return {
        kind: artifacts.includes(artifactId) ? 'artifact.updated' : 'artifact.added',
        artifactId,
        artifact: { ...artifact, mime: null, blob: null, url: pullRequest.url },
      };
    }
  }
}
