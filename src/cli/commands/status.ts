import { parseLoggedEvent, type LoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import type { ClientKind } from '@/domain/events/actor';
import { clientsWords } from '@/domain/sync/presence-words';
import { digestOf } from '@/domain/timeline/digest';
import { REDUCER_VERSION } from '@/domain/timeline/timeline';
import type { ApiClient } from '../api-client';
import { EXIT } from '../exit-code';
import { findSession } from '../find-session';
import { visibleLine } from '../print/visible-text';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';
import { doing } from './ls';

/** A digest covers the newest events only, up to this many. */
const DIGEST_EVENTS = 2_000;
const PAGE_EVENTS = 1_000;

/** What a session is doing, where its log ends, and whether this client reads it as the server does. */
export async function status(terminal: Terminal, id: string): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { session, head } = await api.insist((client) => client.sessions.get.query({ sessionId }));
  const digest = await compareDigests(api, sessionId, head);
  const { here } = await api.insist((client) => client.sessions.people.query({ sessionId }));
  const { title, repository, baseBranch, branch, state } = session;
  if (!terminal.isJson) {
    terminal.out(
      [
        visibleLine(title),
        `id       ${sessionId}`,
        `state    ${doing(state)}; sandbox: ${state.sandbox.phase}, epoch ${state.sandbox.epoch}`,
        `branch   ${visibleLine(`${repository.name} · ${baseBranch} → ${branch}`)}`,
        `waiting  ${state.queue.length}`,
        `here     ${hereWords(here)}`,
        `head     ${head}`,
        `digest   ${digest.sha256.slice(0, 16)} of ${digest.fromSeq}–${digest.toSeq}: ${DIGEST_WORDS[digest.verdict]}`,
        '',
      ].join('\n'),
    );
  }
  const exitCode = digest.verdict === 'differs' ? EXIT.failed : EXIT.ok;
  return { exitCode, json: { sessionId, title, branch, state, head, here, digest } };
}

function hereWords(here: readonly { name: string; clients: readonly ClientKind[] }[]): string {
  const words = here.map(({ name, clients }) => {
    const where = clientsWords(clients.map((via) => ({ via, isIdle: false })));
    return where === '' ? visibleLine(name, 60) : `${visibleLine(name, 60)} ${where}`;
  });
  return words.join('; ') || 'nobody';
}

const DIGEST_WORDS = {
  same: 'the server has the same',
  differs: 'the server has another',
  'other-version': 'the server reads logs in another version',
} as const;

async function compareDigests(api: ApiClient, sessionId: SessionId, head: number) {
  const fromSeq = Math.max(1, head - DIGEST_EVENTS + 1);
  const events: LoggedEvent[] = [];
  while (events.length < head - fromSeq + 1) {
    const request = { sessionId, after: fromSeq - 1 + events.length, limit: PAGE_EVENTS };
    const page = await api.insist((client) => client.events.after.query(request));
    if (page.events.length === 0) break;
    events.push(...page.events.map(parseLoggedEvent));
  }
  const range = { fromSeq, toSeq: head };
  const sha256 = await digestOf(events.filter(({ seq }) => seq <= head));
  const theirs = await api.insist((client) => client.events.digest.query({ sessionId, ...range }));
  const verdict: keyof typeof DIGEST_WORDS =
    theirs.reducerVersion !== REDUCER_VERSION
      ? 'other-version'
      : theirs.digest === sha256
        ? 'same'
        : 'differs';
  return { ...range, sha256, verdict };
}
