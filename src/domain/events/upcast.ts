import { z } from 'zod';

type Stored = Record<string, unknown>;

/**
 * How events that an older version wrote become what this one reads, oldest change first. A kind keeps its name: what
 * it means for good is what it says, and only its shape may grow. Logs are never rewritten; `released/` holds one of
 * every version that was.
 */
const UPCASTERS: readonly { kind: string; upcast: (event: Stored) => Stored }[] = [
  /** 2026-11-22 had no forks. */
  { kind: 'session.created', upcast: (event) => ({ forkedFrom: null, ...event }) },
];

const OfKind = z.looseObject({ kind: z.string() });

/** The event as this version writes it, whichever version wrote it. What is no event at all stays as it is. */
export function upcast(value: unknown): unknown {
  const event = OfKind.safeParse(value).data;
  if (!event) return value;
  const steps = UPCASTERS.filter(({ kind }) => kind === event.kind);
  return steps.reduce((now: Stored, step) => step.upcast(now), event);
}
