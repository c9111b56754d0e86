import type { LoggedEvent } from '@/domain/events/logged-event';
import { digestOf } from '@/domain/timeline/digest';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import type { TerminalResult } from '../clients/attached-terminal';
import type { Projector } from '../clients/projector';
import type { Watcher } from '../clients/watcher';
import type { Findings } from './finding';

/** What a client shows, beside the log as it is stored. */
export async function checkWatcher(
  watcher: Watcher,
  given: { name: string; events: readonly LoggedEvent[]; digest: string },
  findings: Findings,
): Promise<void> {
  const { name, events, digest } = given;
  for (const problem of watcher.problems) findings.add('diverged', `${name}: ${problem}`);
  const { snapshot } = watcher;
  if (snapshot.appliedSeq !== events.length) {
    findings.add(
      'diverged',
      `${name} is at ${snapshot.appliedSeq} of ${events.length} (${snapshot.state.kind})`,
    );
    return;
  }
  const shown = watcher.events();
  const seqs = new Set(shown.map(({ seq }) => seq));
  for (const { seq } of events) if (!seqs.has(seq)) findings.add('lost', `${name} lacks event ${seq}`);
  if ((await digestOf(shown)) !== digest) findings.add('diverged', `${name} has another digest`);
  const afresh = JSON.stringify(itemsOf(addEvents(EMPTY_TIMELINE, events)));
  if (JSON.stringify(snapshot.items) !== afresh) {
    findings.add('diverged', `${name} shows something else than the log reduced at once`);
  }
  findings.twice(
    'doubled',
    snapshot.items.flatMap((item) => {
      const text = item.type === 'text' ? /⟦(.*?)⟧/.exec(item.text ?? '')?.[1] : undefined;
      return item.type === 'text' && text !== undefined ? [`${name} shows ${text} of ${item.turnId}`] : [];
    }),
  );
}

export function checkProjector(
  projector: Projector,
  events: readonly LoggedEvent[],
  findings: Findings,
): void {
  const { kept, problems } = projector;
  for (const problem of problems) {
    const [, cursor, seq] = /^after (\d+) came (\d+)$/.exec(problem) ?? [];
    findings.add(Number(seq) > Number(cursor) ? 'lost' : 'doubled', `projector: ${problem}`);
  }
  findings.twice(
    'doubled',
    kept.rows.map(({ seq }) => `projector: row ${seq}`),
  );
  const rows = new Map(kept.rows.map((row) => [row.seq, JSON.stringify(row)]));
  for (const event of events) {
    const row = rows.get(event.seq);
    if (row === undefined) findings.add('lost', `projector lacks event ${event.seq}`);
    else if (row !== JSON.stringify(event))
      findings.add('diverged', `projector has another event ${event.seq}`);
  }
}

export async function checkTerminal(
  said: { result: TerminalResult | null; output: string },
  events: readonly LoggedEvent[],
  findings: Findings,
): Promise<void> {
  const { result, output } = said;
  if (!result) {
    findings.add('diverged', `the terminal did not say what it shows: ${output}`);
    return;
  }
  const { fromSeq, toSeq, sha256 } = result.digest;
  if (toSeq !== events.length) {
    findings.add('diverged', `the terminal is at ${toSeq} of ${events.length}`);
    return;
  }
  const expected = await digestOf(events.filter(({ seq }) => seq >= fromSeq && seq <= toSeq));
  if (sha256 !== expected)
    findings.add('diverged', `the terminal has another digest of ${fromSeq} to ${toSeq}`);
}
