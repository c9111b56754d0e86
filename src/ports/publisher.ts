import type { Reason } from '@/domain/events/session-event';

export interface PushRequest {
  /** Where the bundle of the session's commits can be read. */
  bundleUrl: string;
  /** The repository's address, without credentials. */
  repositoryUrl: string;
  /** What the branch is called in the bundle and will be there. Nothing else is moved. */
  branch: string;
  /** What we pushed last; null when we never did. Anything else that lies there is somebody else's. */
  lastPushed: string | null;
  /** May write to this one repository; handed to git in memory only. */
  token: string;
}

/** Why not is said so that a person understands it and knows what to do. */
export type PushResult = { ok: true; headSha: string } | { ok: false; reason: Reason };

/** Puts a session's commits on its branch at the code host, from a clean place where no agent ever was. */
export interface Publisher {
  push(request: PushRequest): Promise<PushResult>;
}
