import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@/domain/errors';
import type { Publisher, PushRequest, PushResult } from '@/ports/publisher';
import { explainPush } from './explain-push';
import { bundleBases, fetchBundle } from './read-bundle';
import { SafeGit } from './safe-git';

/** For all of a push; a function of the app ends later. */
const TIMEOUT_MS = 180_000;
/** Plain http is for an emulated host beside us. */
const PROTOCOLS = 'https:http';

/**
 * Pushes by the server's own git, from an empty repository that is made for this push and taken away after it. It
 * holds the bundle's commits, the few that they build on, and no working tree: nothing of a repository is ever run.
 */
export function createPublisher({ timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {}): Publisher {
  return {
    push: async (request) => {
      const folder = await mkdtemp(join(tmpdir(), 'dispatch-push-'));
      try {
        return await pushFrom(folder, request, new SafeGit(folder, request.token, timeoutMs));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function pushFrom(folder: string, request: PushRequest, git: SafeGit): Promise<PushResult> {
  const { branch, repositoryUrl: url } = request;
  const ref = `refs/heads/${branch}`;
  if (!branch.startsWith('dispatch/') || (await git.run(['check-ref-format', ref])).code !== 0) {
    return failed('foreign_branch', `${branch} is no branch of a session’s own, so nothing is pushed to it.`);
  }
  const file = join(folder, 'work.bundle');
  try {
    await fetchBundle(request.bundleUrl, file);
  } catch (error) {
    return failed('work_not_read', `The session’s work could not be read: ${messageOf(error)}. Push again.`);
  }
  const steps = [['init', '--quiet', '--bare', '.']];
  for (const base of await bundleBases(file))
    steps.push(['fetch', '--quiet', '--depth=1', '--no-tags', url, `${base}:refs/base/${base}`]);
  for (const step of steps) {
    const result = await git.run(step, PROTOCOLS);
    if (result.code !== 0) return { ok: false, reason: explainPush(result) };
  }
  const unpacked = await git.run(['fetch', '--quiet', '--no-tags', file, `${ref}:${ref}`], 'file');
  if (unpacked.code !== 0) {
    return failed(
      'work_broken',
      'The session’s work holds no commits of its branch that git accepts. Ask the agent to commit it on the session’s branch, and push again.',
    );
  }
  const headSha = (await git.run(['rev-parse', ref])).stdout.trim();
  const lease = await leaseOn(git, { ...request, ref, headSha });
  if (!lease.ok) return lease;
  if (lease.found === headSha) return { ok: true, headSha };
  const pushed = await git.run(
    ['push', '--quiet', '--porcelain', `--force-with-lease=${ref}:${lease.found}`, url, `${headSha}:${ref}`],
    PROTOCOLS,
  );
  const said = { ...pushed, stderr: `${pushed.stderr}\n${pushed.stdout}` };
  return pushed.code === 0 ? { ok: true, headSha } : { ok: false, reason: explainPush(said) };
}

/** What may be replaced: nothing, what we pushed, or what the work goes on from. Another person's commits never. */
async function leaseOn(
  git: SafeGit,
  { repositoryUrl, ref, headSha, lastPushed, branch }: PushRequest & { ref: string; headSha: string },
): Promise<{ ok: true; found: string } | Extract<PushResult, { ok: false }>> {
  const listed = await git.run(['ls-remote', repositoryUrl, ref], PROTOCOLS);
  if (listed.code !== 0) return { ok: false, reason: explainPush(listed) };
  const found = listed.stdout.split('\t')[0]?.trim() ?? '';
  if (found === '' || found === lastPushed) return { ok: true, found };
  const isOurs = (await git.run(['merge-base', '--is-ancestor', found, headSha])).code === 0;
  if (isOurs) return { ok: true, found };
  return failed(
    'branch_moved',
    `Somebody else pushed to ${branch} at GitHub. Nothing was overwritten. Ask the agent to merge that branch, and push again.`,
  );
}

function failed(code: string, message: string): Extract<PushResult, { ok: false }> {
  return { ok: false, reason: { code, message } };
}
