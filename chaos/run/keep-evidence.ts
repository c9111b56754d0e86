import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../count/finding';
import type { StoredSession } from '../count/server-log';
import type { World } from '../world/world';
import type { RunSession } from './session';

/** Writes down what a session went through, for whoever looks for the reason of a finding. */
export function keepEvidence(
  folder: string,
  given: { world: World; session: RunSession; stored: StoredSession; findings: readonly Finding[] },
): void {
  const { world, session, stored, findings } = given;
  const place = join(folder, session.name);
  mkdirSync(place, { recursive: true });
  const lines = (items: readonly unknown[]): string =>
    items.map((item) => `${JSON.stringify(item)}\n`).join('');
  writeFileSync(join(place, 'findings.jsonl'), lines(findings));
  writeFileSync(join(place, 'log.jsonl'), lines(stored.events));
  writeFileSync(join(place, 'wishes.jsonl'), lines(session.hands.flatMap(({ wishes }) => wishes)));
  writeFileSync(join(place, 'state.json'), JSON.stringify({ id: session.id, ...stored.state }, null, 2));
  writeFileSync(join(place, 'agents.jsonl'), readFileSync(world.sandboxes.agentLog));
  const requests = world.model.requests.map(({ index, prompt, toolOutputs }) => ({
    index,
    prompt,
    toolOutputs,
  }));
  writeFileSync(join(place, 'model.jsonl'), lines(requests));
  keepStates(place, join(world.sandboxes.diskOf(session.id), 'state'));
  keepOutputs(place, world.sandboxes.folder, session.id);
}

/** The bridge's journal and the agent's own log. */
function keepStates(place: string, state: string): void {
  if (!existsSync(state)) return;
  for (const name of readdirSync(state)) {
    if (/\.(jsonl|log)$/.test(name)) writeFileSync(join(place, name), readFileSync(join(state, name)));
  }
}

/** What each sandbox of the session printed. */
function keepOutputs(place: string, folder: string, sessionId: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('output.log')) continue;
    const record = join(folder, name, '..', 'sandbox.json');
    const isOurs = !existsSync(record) || readFileSync(record, 'utf8').includes(sessionId);
    if (isOurs) writeFileSync(join(place, name.replaceAll('/', '_')), readFileSync(join(folder, name)));
  }
}
