import { type PromptId, SessionId, UserId } from '@/domain/ids';
import type { Db, DbOrTransaction } from './client';
import type { Person } from './people';

/** A pull request of a session, as it was told of last. */
export interface KnownPullRequest {
  fullName: string;
  number: number;
  sessionId: SessionId;
  title: string;
  state: string;
}

type Key = Pick<KnownPullRequest, 'fullName' | 'number'>;

const KNOWN = { fullName: true, number: true, sessionId: true, title: true, state: true } as const;

/** Keeps what GitHub says of a pull request now. */
export async function savePullRequest(db: Db, known: KnownPullRequest): Promise<void> {
  const { fullName, number, sessionId, title, state } = known;
  const checkedAt = new Date();
  await db.pullRequest.upsert({
    where: { fullName_number: { fullName, number } },
    create: { ...known, checkedAt },
    // A repository that was deleted and made anew counts from one again.
    update: { sessionId, title, state, checkedAt },
  });
}

/** Those of a session that are open. */
export async function openPullRequests(db: Db, sessionId: SessionId): Promise<KnownPullRequest[]> {
  const rows = await db.pullRequest.findMany({ where: { sessionId, state: 'open' }, select: KNOWN });
  return rows.map(toKnown);
}

function toKnown({ sessionId, ...row }: Omit<KnownPullRequest, 'sessionId'> & { sessionId: string }) {
  return { ...row, sessionId: SessionId.parse(sessionId) };
}

/** News came of one pull request, or, without a number, of any open one of the repository: GitHub is to be asked. */
export async function doubtPullRequests(
  db: DbOrTransaction,
  { fullName, number }: { fullName: string; number?: number | undefined },
): Promise<void> {
  await db.pullRequest.updateMany({
    where: { fullName, ...(number === undefined ? { state: 'open' } : { number }) },
    data: { checkedAt: new Date(0) },
  });
}

/**
 * Takes those that are doubted, and open ones that nobody asked about for so long: another process at the same time
 * takes others, and news that comes meanwhile makes one due again. One that is dropped is due when it is old.
 */
export async function takeDuePullRequests(
  db: Db,
  { olderThanSeconds, limit }: { olderThanSeconds: number; limit: number },
): Promise<KnownPullRequest[]> {
  return db.$queryRaw<KnownPullRequest[]>`
    UPDATE pull_request SET checked_at = now() WHERE (full_name, number) IN (
      SELECT full_name, number FROM pull_request
      WHERE checked_at = 'epoch' OR (state = 'open' AND checked_at < now() - make_interval(secs => ${olderThanSeconds}))
      ORDER BY checked_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)
    RETURNING full_name AS "fullName", number, session_id AS "sessionId", title, state`;
}

/** What GitHub says of one now. */
export async function updatePullRequest(
  db: Db,
  { fullName, number, title, state }: Omit<KnownPullRequest, 'sessionId'>,
): Promise<void> {
  await db.pullRequest.updateMany({ where: { fullName, number }, data: { title, state } });
}

/** Whether a session's newest work is neither pushed nor was tried to be. */
export async function hasUnpushedWork(db: Db, sessionId: SessionId): Promise<boolean> {
  const [row] = await db.$queryRaw<{ isUnpushed: boolean }[]>`
    SELECT coalesce(max(seq) FILTER (WHERE kind = 'diff.changed'), 0)
         > coalesce(max(seq) FILTER (WHERE kind <> 'diff.changed'), 0) AS "isUnpushed"
    FROM event WHERE session_id = ${sessionId}::uuid
      AND kind IN ('diff.changed', 'branch.pushed', 'branch.push_failed')`;
  return row?.isUnpushed === true;
}

/** Who has this account at GitHub; null for nobody here. */
export async function personOfAccount(db: Db, accountId: string): Promise<Person | null> {
  const account = await db.account.findFirst({
    where: { provider: 'github', providerAccountId: accountId },
    select: { user: { select: { id: true, name: true, login: true, email: true, image: true } } },
  });
  if (!account) return null;
  const { user } = account;
  return { ...user, id: UserId.parse(user.id), name: user.name ?? user.login ?? 'Somebody' };
}

/** The last that the agent said in the turn that a prompt was run in; null where it said nothing. */
export async function lastWordsOn(
  db: Db,
  { sessionId, promptId }: { sessionId: SessionId; promptId: PromptId },
): Promise<string | null> {
  const [row] = await db.$queryRaw<{ text: string }[]>`
    SELECT said.payload->'part'->>'text' AS text FROM event AS said JOIN prompt ON prompt.id = ${promptId}::uuid
    WHERE said.session_id = ${sessionId}::uuid AND said.kind = 'part.finished'
      AND said.payload->>'turnId' = prompt.turn_id::text AND said.payload->'part'->>'type' = 'text'
      AND said.payload->>'parentPartId' IS NULL
    ORDER BY said.seq DESC LIMIT 1`;
  return row?.text ?? null;
}

/** Ids of what was taken up of what is said on a pull request. */
export async function takenComments(db: Db, { fullName, number }: Key): Promise<Set<string>> {
  const rows = await db.pullRequestComment.findMany({
    where: { fullName, number },
    select: { comment: true },
  });
  return new Set(rows.map(({ comment }) => comment));
}

/** Takes something up, with the prompt that it became; null for none. Once: false when it was taken before. */
export async function takeComment(
  db: Db,
  { fullName, number }: Key,
  taken: { comment: string; promptId: PromptId | null },
): Promise<boolean> {
  const { count } = await db.pullRequestComment.createMany({
    data: [{ fullName, number, ...taken }],
    skipDuplicates: true,
  });
  return count > 0;
}

/** A prompt from a pull request that ended, and how. */
export interface UnansweredComment extends Key {
  comment: string;
  sessionId: SessionId;
  promptId: PromptId;
  outcome: string;
}

const ENDED = ['completed', 'failed', 'stopped', 'interrupted', 'withdrawn'];

/** What was asked on pull requests, is done, and was not answered there yet. */
export function unansweredComments(db: Db, limit: number): Promise<UnansweredComment[]> {
  return db.$queryRaw<UnansweredComment[]>`
    SELECT said.full_name AS "fullName", said.number, said.comment, prompt.id AS "promptId",
           prompt.session_id AS "sessionId", prompt.status AS outcome
    FROM pull_request_comment AS said JOIN prompt ON prompt.id = said.prompt_id
    WHERE said.answered_at IS NULL AND prompt.status = ANY(${ENDED}::text[])
    ORDER BY prompt.finished_at LIMIT ${limit}::int`;
}

/** Claims an answer, so that it is given by one; false when another has it. */
export async function claimAnswer(db: Db, { fullName, number }: Key, comment: string): Promise<boolean> {
  const { count } = await db.pullRequestComment.updateMany({
    where: { fullName, number, comment, answeredAt: null },
    data: { answeredAt: new Date() },
  });
  return count > 0;
}

/** The answer did not get there: it is to be given again. */
export async function releaseAnswer(db: Db, { fullName, number }: Key, comment: string): Promise<void> {
  await db.pullRequestComment.updateMany({
    where: { fullName, number, comment },
    data: { answeredAt: null },
  });
}
