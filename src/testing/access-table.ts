import { randomUUID } from 'node:crypto';
import type { SessionId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import { newCommandId, newPromptId, newSessionId } from './test-session';

export const WHO = ['anonymous', 'stranger', 'viewer', 'member', 'admin', 'owner'] as const;
export type Who = (typeof WHO)[number];

/** What each may do: answered, or refused with a code. `stranger` is signed in and in another team. */
type Row = Record<Who, string>;

const OPEN: Row = row('ok', 'ok', 'ok', 'ok');
const SIGNED_IN: Row = row('unauthenticated', 'ok', 'ok', 'ok');
const SEE: Row = row('unauthenticated', 'not_found', 'ok', 'ok');
/** May look at the files, for which a sandbox would have to run. */
const LOOK: Row = row('unauthenticated', 'not_found', 'sandbox_unavailable', 'sandbox_unavailable');
const START: Row = row('unauthenticated', 'repository_not_found', 'forbidden', 'ok');
export const CHANGE: Row = row('unauthenticated', 'not_found', 'forbidden', 'ok');
/** For who administers the team. */
export const ADMINISTER: Row = { ...CHANGE, member: 'forbidden' };

/** For anonymous, stranger, viewer, and everybody from member on. */
function row(...[anonymous, stranger, viewer, member]: [string, string, string, string]): Row {
  return { anonymous, stranger, viewer, member, admin: member, owner: member };
}

export interface Scene {
  callers: Record<Who, Caller | null>;
  teamId: string;
  /** A member who is nobody of the callers. */
  leaverId: string;
  sessionId: SessionId;
  /** Another session, without a sandbox. */
  asleepId: SessionId;
  /** Runs. */
  turnId: string;
  running: string;
  /** Waits. */
  waiting: string;
  /** Stopped before. */
  ended: string;
  repository: { id: string; url: string };
}

interface Procedure {
  who: Row;
  /** What it is called with in the scene. */
  input: (scene: Scene) => unknown;
}

const OWN_REPOSITORY: Row = row('unauthenticated', 'repository_not_found', 'ok', 'ok');
const ofRepository = ({ repository }: Scene) => ({ repositoryId: repository.id });
const asleep = ({ asleepId }: Scene) => ({ sessionId: asleepId });
const at = ({ sessionId }: Scene) => ({ sessionId });
export const command = (scene: Scene) => ({ ...at(scene), commandId: newCommandId() });

const speech = (scene: Scene) => ({
  ...command(scene),
  ...{ turnId: scene.turnId, promptId: newPromptId(), text: 'use tabs' },
});

export const PUBLIC = 'https://git.test/public.git';

/** Every procedure has a row: one that is added without fails this test. */
export const TABLE: Record<string, Procedure> = {
  'sessions.fork': { who: CHANGE, input: (scene) => ({ ...command(scene), newSessionId: newSessionId() }) },
  'sessions.setBudget': { who: CHANGE, input: (scene) => ({ ...command(scene), limitUsd: 100 }) },
  'sessions.setRole': {
    who: ADMINISTER,
    input: (scene) => ({ ...command(scene), userId: scene.leaverId, role: 'viewer' }),
  },
  'asks.answer': {
    who: CHANGE,
    input: (scene) => ({
      ...command(scene),
      ...{ askId: 'per_1', answer: { type: 'dismiss', message: null }, promptId: newPromptId() },
    }),
  },
  'auth.whoami': { who: SIGNED_IN, input: () => undefined },
  'auth.startDevice': { who: OPEN, input: () => ({ label: 'a terminal' }) },
  'auth.pollDevice': { who: OPEN, input: () => ({ deviceCode: 'none' }) },
  'auth.findDevice': { who: SIGNED_IN, input: () => ({ userCode: 'AAAA-AAAA' }) },
  'auth.approveDevice': {
    who: row('unauthenticated', 'not_found', 'not_found', 'not_found'),
    input: () => ({ userCode: 'AAAA-AAAA' }),
  },
  'auth.signOut': { who: SIGNED_IN, input: () => undefined },
  'comments.add': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), commentId: randomUUID(), text: 'Is this right?' }),
  },
  'comments.resolve': {
    // There is no such comment, which only those are told who could resolve it.
    who: row('unauthenticated', 'not_found', 'forbidden', 'conflict'),
    input: (scene) => ({ ...command(scene), commentId: randomUUID() }),
  },
  'diff.get': { who: SEE, input: at },
  'diff.turns': { who: SEE, input: at },
  'events.after': { who: SEE, input: (scene) => ({ ...at(scene), after: 0 }) },
  'events.before': { who: SEE, input: (scene) => ({ ...at(scene), before: 3 }) },
  'events.partTexts': { who: SEE, input: (scene) => ({ ...at(scene), partIds: ['prt_1'] }) },
  'events.ofSandbox': { who: SEE, input: at },
  'events.digest': { who: SEE, input: (scene) => ({ ...at(scene), fromSeq: 1, toSeq: 3 }) },
  'repositories.hosted': { who: SIGNED_IN, input: () => ({}) },
  'files.tree': { who: LOOK, input: (scene) => ({ ...asleep(scene), path: '' }) },
  'files.read': { who: LOOK, input: (scene) => ({ ...asleep(scene), path: 'README.md' }) },
  'files.names': { who: LOOK, input: asleep },
  'ports.terminal': { who: LOOK, input: asleep },
  'ports.list': { who: LOOK, input: asleep },
  'ports.ticket': { who: LOOK, input: (scene) => ({ ...asleep(scene), port: 3000 }) },
  'models.list': { who: SIGNED_IN, input: () => undefined },
  'preferences.get': { who: SIGNED_IN, input: () => undefined },
  'preferences.save': {
    who: SIGNED_IN,
    input: () => ({ repositoryId: null, modelId: null, effort: null }),
  },
  'prompts.send': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: newPromptId(), text: 'hello' }),
  },
  'prompts.edit': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: scene.waiting, text: 'other words' }),
  },
  'prompts.withdraw': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: scene.waiting }),
  },
  'prompts.promote': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: scene.waiting, position: 0 }),
  },
  'prompts.steer': { who: CHANGE, input: speech },
  'prompts.interrupt': { who: CHANGE, input: speech },
  'prompts.retry': { who: CHANGE, input: (scene) => ({ ...command(scene), promptId: scene.ended }) },
  'realtime.config': { who: OPEN, input: () => undefined },
  'realtime.auth': {
    who: SEE,
    input: (scene) => ({ socketId: '1.2', channel: `private-session-${scene.sessionId}.1` }),
  },
  'repositories.guide': { who: OWN_REPOSITORY, input: ofRepository },
  'repositories.environment': { who: OWN_REPOSITORY, input: ofRepository },
  'repositories.setEnvironment': {
    who: { ...OWN_REPOSITORY, viewer: 'forbidden', member: 'forbidden' },
    input: (scene) => ({ ...ofRepository(scene), environment: null }),
  },
  'repositories.setPrebuild': {
    who: { ...OWN_REPOSITORY, viewer: 'forbidden', member: 'forbidden' },
    input: (scene) => ({ ...ofRepository(scene), minutes: null }),
  },
  'repositories.rebuild': { who: { ...OWN_REPOSITORY, viewer: 'forbidden' }, input: ofRepository },
  'repositories.buildLog': {
    who: row('unauthenticated', 'repository_not_found', 'not_found', 'not_found'),
    input: (scene) => ({ ...ofRepository(scene), buildId: crypto.randomUUID() }),
  },
  'repositories.list': { who: SIGNED_IN, input: () => undefined },
  // Each adds to a team of their own; who may only watch has none.
  'repositories.resolve': {
    who: { ...SIGNED_IN, viewer: 'forbidden' },
    input: () => ({ address: PUBLIC }),
  },
  'sessions.list': { who: SIGNED_IN, input: () => undefined },
  'sessions.create': {
    who: START,
    input: ({ repository }) => ({
      sessionId: newSessionId(),
      commandId: newCommandId(),
      repository: { id: repository.id },
      prompt: { promptId: newPromptId(), text: 'hello' },
    }),
  },
  'sessions.draft': {
    who: START,
    input: ({ repository }) => ({ sessionId: newSessionId(), repository: { id: repository.id } }),
  },
  'sessions.get': { who: SEE, input: at },
  'sessions.rename': { who: CHANGE, input: (scene) => ({ ...command(scene), title: 'a better name' }) },
  'sessions.archive': { who: CHANGE, input: command },
  'sessions.page': { who: SIGNED_IN, input: () => ({}) },
  'sessions.markRead': { who: SEE, input: (scene) => ({ ...at(scene), seq: 1 }) },
  'sessions.people': { who: SEE, input: at },
  'sessions.verify': { who: SEE, input: at },
  'sessions.touch': { who: CHANGE, input: at },
  'slack.findLink': { who: SIGNED_IN, input: () => ({ code: 'none' }) },
  'slack.link': {
    who: row('unauthenticated', 'not_found', 'not_found', 'not_found'),
    input: () => ({ code: 'none' }),
  },
  'pullRequests.draft': { who: CHANGE, input: at },
  'pullRequests.open': {
    // On a repository that is not at GitHub: whoever may prompt is refused because of that.
    who: row('unauthenticated', 'not_found', 'forbidden', 'repository_forbidden'),
    input: (scene) => ({ ...command(scene), title: 'a change', body: 'what it is' }),
  },
  'system.health': { who: SIGNED_IN, input: () => undefined },
  'system.info': { who: OPEN, input: () => undefined },
  'tokens.list': { who: SIGNED_IN, input: () => undefined },
  'tokens.create': { who: SIGNED_IN, input: () => ({ name: 'of a test', days: 7 }) },
  'tokens.revoke': {
    who: row('unauthenticated', 'not_found', 'not_found', 'not_found'),
    input: () => ({ tokenId: randomUUID() }),
  },
  'teams.colleagues': { who: SIGNED_IN, input: () => undefined },
  'teams.removeMember': {
    who: ADMINISTER,
    input: ({ teamId, leaverId }) => ({ teamId, userId: leaverId }),
  },
  'turns.stop': { who: CHANGE, input: (scene) => ({ ...command(scene), turnId: scene.turnId }) },
  'uploads.addresses': {
    who: SEE,
    input: (scene) => ({ ...at(scene), keys: [`${scene.sessionId}/attachment/1`] }),
  },
  'uploads.request': {
    who: CHANGE,
    input: (scene) => ({ ...at(scene), mime: 'image/png', sizeBytes: 5 }),
  },
};
