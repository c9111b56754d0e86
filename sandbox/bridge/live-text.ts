import { cleanText } from '@/domain/events/text-hygiene';
import type { PartId, TurnId } from '@/domain/ids';
import type { Checkpoint, Delta } from '@/domain/wire/bridge';

/** Once a second what is new of a part is stored, so that one who joins in the middle reads it. */
const CHECKPOINT_EVERY_MS = 1_000;
/** A running tool's output replaces what was there, at most twice a second. */
const REPLACEMENT_EVERY_MS = 500;
/** As much of a running tool's output as anybody watches. */
const TOOL_TAIL = 4_096;
/** Of one part at a time; more goes with the next sync. */
const MAX_SLICE = 50_000;

interface LivePart {
  turnId: TurnId;
  text: string;
  /** How much of the text went out as deltas, and how much as checkpoints; UTF-16 code units. */
  deltaOffset: number;
  checkpointOffset: number;
  /** A running tool's tail that was not stored yet. */
  tail: string | null;
}

/**
 * The text of parts that are still being written. It hands out deltas and checkpoints with their offsets. What
 * was handed out stays as it is until it is confirmed: the server may have had it although the answer was
 * lost, and then a longer piece at the same offset would fit nowhere.
 */
export class LiveText {
  readonly #parts = new Map<PartId, LivePart>();
  #deltasInAir: Delta[] = [];
  #checkpointsInAir: Checkpoint[] = [];
  #lastCheckpointMs = 0;
  #lastReplacementMs = 0;

  append(turnId: TurnId, partId: PartId, text: string): void {
    this.#part(turnId, partId).text += text;
  }

  /** A running tool printed: `output` is all of it so far. */
  replace(turnId: TurnId, partId: PartId, output: string): void {
    const start = Math.max(0, output.length - TOOL_TAIL);
    const isSplit = start > 0 && isLowSurrogate(output.charCodeAt(start));
    this.#part(turnId, partId).tail = cleanText(output.slice(isSplit ? start + 1 : start));
  }

  /** The part has ended: its event says everything. */
  close(partId: PartId): void {
    this.#parts.delete(partId);
    this.#deltasInAir = this.#deltasInAir.filter((delta) => delta.partId !== partId);
    this.#checkpointsInAir = this.#checkpointsInAir.filter((checkpoint) => checkpoint.partId !== partId);
  }

  /** After a restart: the text as far as it was noted. The last piece of each part may not have arrived. */
  resume(checkpoints: readonly Checkpoint[]): void {
    const last = new Map<PartId, Checkpoint>();
    for (const checkpoint of checkpoints) {
      if (checkpoint.isReplacement) continue;
      this.append(checkpoint.turnId, checkpoint.partId, checkpoint.text);
      last.set(checkpoint.partId, checkpoint);
    }
    this.#checkpointsInAir = [...last.values()];
    for (const part of this.#parts.values()) part.deltaOffset = part.text.length;
    for (const { partId, offset } of last.values()) {
      const part = this.#parts.get(partId);
      if (part) part.checkpointOffset = offset;
    }
  }

  /** What is known of a part's text. */
  textOf(partId: PartId): string {
    return this.#parts.get(partId)?.text ?? '';
  }

  /** Deltas for those who watch; the same ones until `confirmDeltas`. */
  deltas(): Delta[] {
    if (this.#deltasInAir.length > 0) return this.#deltasInAir;
    for (const [partId, part] of this.#parts) {
      const text = slice(part.text, part.deltaOffset);
      if (text !== '') {
        this.#deltasInAir.push({ turnId: part.turnId, partId, offset: part.deltaOffset, text });
      }
    }
    return this.#deltasInAir;
  }

  confirmDeltas(): void {
    for (const { partId, offset, text } of this.#deltasInAir) {
      const part = this.#parts.get(partId);
      if (part) part.deltaOffset = offset + text.length;
    }
    this.#deltasInAir = [];
  }

  /** Nobody watches: whoever comes reads the stored text first, so deltas go on from there. */
  skipDeltas(): void {
    this.#deltasInAir = [];
    for (const part of this.#parts.values()) part.deltaOffset = part.checkpointOffset;
  }

  /** What is due to be stored now. `fresh` are those that were not handed out before. */
  checkpoints(nowMs: number): { all: Checkpoint[]; fresh: Checkpoint[] } {
    if (this.#checkpointsInAir.length > 0) return { all: this.#checkpointsInAir, fresh: [] };
    const fresh = [...this.#dueTexts(nowMs), ...this.#dueTails(nowMs)];
    this.#checkpointsInAir = fresh;
    return { all: fresh, fresh };
  }

  confirmCheckpoints(): void {
    for (const { partId, offset, text, isReplacement } of this.#checkpointsInAir) {
      const part = this.#parts.get(partId);
      if (part && !isReplacement) part.checkpointOffset = offset + text.length;
    }
    this.#checkpointsInAir = [];
  }

  /** When the next delta (`windowMs` after the last sync) or checkpoint is due; null when nothing is new. */
  dueAtMs(lastSyncMs: number, windowMs: number | null): number | null {
    const due: number[] = [];
    if (this.#checkpointsInAir.length > 0 || this.#deltasInAir.length > 0) due.push(lastSyncMs);
    for (const part of this.#parts.values()) {
      if (part.tail !== null) due.push(this.#lastReplacementMs + REPLACEMENT_EVERY_MS);
      const length = endOf(part.text);
      if (length > part.checkpointOffset) due.push(this.#lastCheckpointMs + CHECKPOINT_EVERY_MS);
      if (windowMs !== null && length > part.deltaOffset) due.push(lastSyncMs + windowMs);
    }
    return due.length === 0 ? null : Math.min(...due);
  }

  #dueTexts(nowMs: number): Checkpoint[] {
    if (nowMs < this.#lastCheckpointMs + CHECKPOINT_EVERY_MS) return [];
    const due: Checkpoint[] = [];
    for (const [partId, { turnId, text, checkpointOffset: offset }] of this.#parts) {
      const added = slice(text, offset);
      if (added !== '') due.push({ turnId, partId, offset, text: added, isReplacement: false });
    }
    if (due.length > 0) this.#lastCheckpointMs = nowMs;
    return due;
  }

  #dueTails(nowMs: number): Checkpoint[] {
    if (nowMs < this.#lastReplacementMs + REPLACEMENT_EVERY_MS) return [];
    const due: Checkpoint[] = [];
    for (const [partId, part] of this.#parts) {
      if (part.tail === null) continue;
      due.push({ turnId: part.turnId, partId, offset: 0, text: part.tail, isReplacement: true });
      part.tail = null;
    }
    if (due.length > 0) this.#lastReplacementMs = nowMs;
    return due;
  }

  #part(turnId: TurnId, partId: PartId): LivePart {
    const known = this.#parts.get(partId);
    if (known) return known;
    const part: LivePart = { turnId, text: '', deltaOffset: 0, checkpointOffset: 0, tail: null };
    this.#parts.set(partId, part);
    return part;
  }
}

/** How often deltas go out: the more people watch, the rarer. Null for nobody. */
export function deltaWindowMs(watchers: number, isOwnServer: boolean): number | null {
  if (watchers === 0) return null;
  if (watchers <= 3) return isOwnServer ? 50 : 100;
  return watchers <= 10 ? 250 : 500;
}

function slice(text: string, offset: number): string {
  const end = Math.min(endOf(text), offset + MAX_SLICE);
  const isSplit = end < text.length && isLowSurrogate(text.charCodeAt(end));
  return cleanText(text.slice(offset, isSplit ? end - 1 : end));
}

/** A first half of a surrogate pair waits for its second, which the next piece brings. */
function endOf(text: string): number {
  return text.length - (isHighSurrogate(text.charCodeAt(text.length - 1)) ? 1 : 0);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
