import { createHash } from 'node:crypto';
import { findWorkspace, resealToken, type SlackWorkspaceRecord } from '@/db/slack-workspaces';
import type { Chat } from '@/ports/chat';
import type { Deps } from '../deps';

/** What everything about Slack needs. */
export type SlackDeps = Deps & { chat: Chat };

/** The same, where a Slack app is set up. */
export function withChat(deps: Deps): SlackDeps | null {
  const { chat } = deps;
  return chat && { ...deps, chat };
}

/** A workspace that we may speak in. */
export interface OpenWorkspace extends SlackWorkspaceRecord {
  token: string;
  sealed: string;
}

/** The workspace with its token; null when it is not installed any more. */
export async function openWorkspace(
  { db, sealer }: Pick<Deps, 'db' | 'sealer'>,
  id: string,
): Promise<OpenWorkspace | null> {
  const workspace = await findWorkspace(db, id);
  const sealed = workspace?.botToken ?? null;
  if (!workspace || sealed === null) return null;
  const { text: token, isOld } = sealer.open(sealed, sealContext(id));
  if (!isOld) return { ...workspace, token, sealed };
  const fresh = sealer.seal(token, sealContext(id));
  await resealToken(db, { id, from: sealed, to: fresh });
  return { ...workspace, token, sealed: fresh };
}

export function sealContext(workspaceId: string): string {
  return `slack:${workspaceId}`;
}

/** A UUID that is always the same for the same name, so that work that is done again makes nothing twice. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const [a, b, c] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16)];
  return `${a}-${b}-8${c}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
