import type { LoggedEvent } from '@/domain/events/logged-event';

/** Seconds from the session's creation to each step of the main job; a step that did not happen is left out. */
export function phaseSeconds(events: readonly LoggedEvent[]): Record<string, number> {
  const [first] = events;
  if (!first) return {};
  const start = Date.parse(first.at);
  const phases: Record<string, number> = {};
  const note = (name: string, at: string): void => {
    phases[name] ??= (Date.parse(at) - start) / 1_000;
  };
  for (const { event, at } of events) {
    if (event.kind === 'sandbox.phase') note(event.phase, at);
    if (event.kind === 'prompt.delivered') note('delivered', at);
    if (event.kind === 'part.started') note('firstPart', at);
    if (event.kind === 'prompt.finished') note('finished', at);
  }
  return phases;
}
