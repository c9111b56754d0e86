import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionEvent } from '@/domain/events/session-event';
import { AgentLogLine } from '../agent/agent-log';
import { all } from './check-log';
import type { Findings } from './finding';

/** The name that each text of a chaos run begins with. */
const TEXT_NAME = /⟦(.*?)⟧/;

/** What the real agent's command adds a line to: the work that a prompt leaves behind. */
export const DONE_FILE = 'done.txt';

export function readAgentLog(path: string): AgentLogLine[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => AgentLogLine.parse(JSON.parse(line)));
}

/** Names of the texts of one turn, as the log has them, in order. */
function namesIn(events: readonly SessionEvent[], turnId: string): string[] {
  return all(events, 'part.finished').flatMap((event) => {
    if (event.turnId !== turnId || event.part.type === 'tool' || event.part.type === 'file') return [];
    return TEXT_NAME.exec(event.part.text)?.[1] ?? [];
  });
}

interface Attempts {
  promptId: string;
  marker: string;
  turnIds: string[];
}

/** The attempts of each prompt that the log knows of. */
export function attemptsOf(
  events: readonly SessionEvent[],
  markers: ReadonlyMap<string, string>,
): Attempts[] {
  return [...markers].map(([promptId, marker]) => ({
    ...{ promptId, marker },
    turnIds: all(events, 'prompt.started').flatMap((event) =>
      event.promptId === promptId ? event.turnId : [],
    ),
  }));
}

/** What the replaying agent did, beside what the log says that it did. */
export function checkReplayed(
  events: readonly SessionEvent[],
  given: { attempts: readonly Attempts[]; log: readonly AgentLogLine[] },
  findings: Findings,
): void {
  for (const { marker, turnIds } of given.attempts) {
    const lines = given.log.filter((line) => line.t !== 'answer' && line.marker === marker);
    const begun = lines.filter(({ t }) => t === 'begin').length;
    for (let extra = turnIds.length; extra < begun; extra += 1) {
      findings.add('rerun', `${marker} was begun ${begun} times in ${turnIds.length} attempts`);
    }
    const ends = lines.flatMap((line) =>
      line.t === 'end' && line.outcome === 'completed' ? [line.said] : [],
    );
    for (const turnId of turnIds) {
      const finished = all(events, 'prompt.finished').find((event) => event.turnId === turnId);
      const names = namesIn(events, turnId);
      findings.twice(
        'doubled',
        names.map((name) => `text ${name} in the log`),
      );
      if (finished?.outcome !== 'completed' || ends.length === 0) continue;
      const missing = ends.map((said) => said.filter((name) => !names.includes(name)));
      const [least] = missing.sort((a, b) => a.length - b.length);
      for (const name of least ?? []) findings.add('lost', `text ${name} of a completed turn`);
    }
  }
}

/** What the real agent's turns left behind: a line for each attempt at most, and both of their texts. */
export function checkReal(
  events: readonly SessionEvent[],
  given: { attempts: readonly Attempts[]; workspace: string },
  findings: Findings,
): void {
  const file = join(given.workspace, DONE_FILE);
  const done = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const { marker, turnIds } of given.attempts) {
    const times = done.filter((line) => line === marker).length;
    for (let extra = turnIds.length; extra < times; extra += 1) {
      findings.add('rerun', `${marker} was done ${times} times in ${turnIds.length} attempts`);
    }
    for (const turnId of turnIds) {
      const names = namesIn(events, turnId);
      findings.twice(
        'doubled',
        names.map((name) => `text ${name} in the log`),
      );
      const finished = all(events, 'prompt.finished').find((event) => event.turnId === turnId);
      if (finished?.outcome !== 'completed') continue;
      if (times === 0) findings.add('lost', `the work of ${marker}`);
      // A step that reads what was said to the turn answers that.
      const isSteered = all(events, 'steer.read').some((event) => event.turnId === turnId);
      for (const name of isSteered ? [`${marker}.1`] : [`${marker}.1`, `${marker}.2`]) {
        if (!names.includes(name)) findings.add('lost', `text ${name} of a completed turn`);
      }
    }
  }
}
