import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cutText } from '@/domain/events/text-hygiene';
import { BASE_REF } from './clone';
import type { Git } from './git';

/** A commit of the tree as it lies there, when it could not be committed on the branch. */
export const UNCOMMITTED_REF = 'refs/dispatch/uncommitted';

/** Who made what no person made. The domain can't exist (RFC 6761), so no mail ever goes there. */
const AGENT_IDENTITY = { name: 'Dispatch agent', email: 'agent@dispatch.invalid' };

export interface Identity {
  name: string;
  email: string;
}

/** What a turn leaves to be committed. */
export interface Work {
  branch: string;
  author: Identity;
  /** Who else had a say in it, beside the agent. */
  coAuthors?: readonly Identity[];
  message: string;
}

/** The state of the session's work in the repository. */
export interface SavedWork {
  baseSha: string;
  /** What the session's change is measured to: the branch, or the commit of the uncommitted tree above it. */
  headSha: string;
}

/** Commits that the agent makes itself during a turn carry the prompt's author too. */
export async function setAuthor(git: Git, author: Identity): Promise<void> {
  await git.text(['config', '--local', 'user.name', plain(author.name)]);
  await git.text(['config', '--local', 'user.email', plain(author.email)]);
}

/**
 * Keeps what a turn changed: as a commit on the session's branch, or, when the repository is in the middle of a
 * merge or on no branch, as a commit beside it that moves nothing. Nothing changed makes no commit.
 */
export async function saveWork(git: Git, work: Work): Promise<SavedWork> {
  await dropStaleLock(git);
  const isDirty = (await git.text(['status', '--porcelain', '--untracked-files=normal'])) !== '';
  const isFree = await canCommit(git);
  if (isDirty && isFree) await commitAll(git, work);
  if (isFree) await adoptBranch(git, work.branch);
  const head = await git.text(['rev-parse', 'HEAD']);
  const headSha = isDirty && !isFree ? await commitBeside(git, head) : head;
  if (headSha === head) await git.run(['update-ref', '-d', UNCOMMITTED_REF]);
  const baseSha = (await git.commit(BASE_REF)) ?? head;
  return { baseSha, headSha };
}

async function commitAll(git: Git, work: Work): Promise<void> {
  await git.text(['add', '--all']);
  if (await git.is(['diff', '--cached', '--quiet', '--no-ext-diff'])) return;
  const { name, email } = AGENT_IDENTITY;
  await git.text(
    [
      'commit',
      '--quiet',
      '--no-verify',
      '--cleanup=verbatim',
      '--file=-',
      `--author=${identity(work.author)}`,
    ],
    {
      input: `${subject(work.message)}\n\n${trailers(work)}\n`,
      env: { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
    },
  );
}

/** Everybody who shaped the commit beside its author, each once, and the agent last. */
function trailers({ author, coAuthors = [] }: Work): string {
  const others = new Set(coAuthors.map(identity));
  others.delete(identity(author));
  return [...others, identity(AGENT_IDENTITY)].map((person) => `Co-authored-by: ${person}`).join('\n');
}

/** A merge, rebase or pick that waits for somebody is not ours to end. */
async function canCommit(git: Git): Promise<boolean> {
  if (!(await git.is(['symbolic-ref', '--quiet', 'HEAD']))) return false;
  if ((await git.text(['ls-files', '--unmerged'])) !== '') return false;
  for (const name of ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD']) {
    if (await git.is(['rev-parse', '--verify', '--quiet', name])) return false;
  }
  return true;
}

/** Work on another branch that goes on from the session's is the session's: its branch follows. */
async function adoptBranch(git: Git, branch: string): Promise<void> {
  const current = await git.text(['symbolic-ref', '--short', 'HEAD']);
  if (current === branch) return;
  const isAhead = await git.is(['merge-base', '--is-ancestor', `refs/heads/${branch}`, 'HEAD']);
  const isMissing = (await git.commit(`refs/heads/${branch}`)) === null;
  if (isAhead || isMissing) await git.text(['update-ref', `refs/heads/${branch}`, 'HEAD']);
}

async function commitBeside(git: Git, head: string): Promise<string> {
  const index = join(await git.text(['rev-parse', '--absolute-git-dir']), 'dispatch-index');
  const { name, email } = AGENT_IDENTITY;
  const env = {
    GIT_INDEX_FILE: index,
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  try {
    await git.text(['read-tree', head], { env });
    await git.text(['add', '--all'], { env });
    const tree = await git.text(['write-tree'], { env });
    const sha = await git.text(['commit-tree', tree, '-p', head, '-m', 'Uncommitted changes'], { env });
    await git.text(['update-ref', UNCOMMITTED_REF, sha]);
    return sha;
  } finally {
    rmSync(index, { force: true });
  }
}

/** The agent's processes are dead or idle between turns, so a lock that lies there belongs to nobody. */
async function dropStaleLock(git: Git): Promise<void> {
  const folder = await git.text(['rev-parse', '--absolute-git-dir']);
  rmSync(join(folder, 'index.lock'), { force: true });
}

function identity(author: Identity): string {
  return `${plain(author.name)} <${plain(author.email)}>`;
}

/** Git refuses a name that is empty or holds its own separators. */
function plain(text: string): string {
  return text.replace(/[<>\p{Cc}]/gu, ' ').trim() || 'unknown';
}

/** The first line that says something, as long as a commit's subject may be. */
function subject(message: string): string {
  const line = message
    .split('\n')
    .map((text) => text.replace(/\p{Cc}/gu, ' ').trim())
    .find(Boolean);
  if (line === undefined) return 'Agent’s changes';
  return line.length <= 72 ? line : `${cutText(line, 71).trimEnd()}…`;
}
