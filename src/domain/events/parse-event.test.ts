import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyLog } from '@/testing/any-session';
import { promptId } from '@/testing/event-log';
import { parseLoggedEvent } from './logged-event';
import { parseEvent } from './parse-event';
import { SessionEvent } from './session-event';
import { cleanJson, cleanText, cutText } from './text-hygiene';

const isClean = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** Text with everything in it that a database refuses. */
const dirtyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u0000', '\ud800', '\udfff', '😀', 'a'),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
});

describe('reading an event', () => {
  it('gives every event of a log back as it was', () => {
    fc.assert(
      fc.property(anyLog({ maxSteps: 20 }), (log) => {
        for (const logged of log) {
          const wired: unknown = JSON.parse(JSON.stringify(logged));
          expect(parseLoggedEvent(wired)).toEqual(logged);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps a kind that it does not know, with its name and its beginning', () => {
    const read = parseEvent({ kind: 'preview.opened', url: 'http://x' });
    expect(read).toMatchObject({ kind: 'unknown', was: 'preview.opened' });
    expect(read).toHaveProperty('preview', '{"kind":"preview.opened","url":"http://x"}');
  });

  it('keeps a known kind of another shape, and says what is wrong with it', () => {
    const read = parseEvent({ kind: 'prompt.queued', promptId: promptId(1), text: 7 });
    expect(read).toMatchObject({ kind: 'unknown', was: 'prompt.queued' });
    expect(read).toHaveProperty('error', expect.stringContaining('text'));
  });

  it('drops what a newer peer adds to a kind, and keeps the rest', () => {
    const event = { kind: 'session.titled', title: 'x', emoji: '🙂' };
    expect(parseEvent(event)).toEqual({ kind: 'session.titled', title: 'x' });
  });

  it('makes a valid event of anything, with no character in it that a database refuses', () => {
    const anything = fc.anything({ values: [dirtyText, fc.integer(), fc.constant(null)], key: dirtyText });
    fc.assert(
      fc.property(anything, (value) => {
        const read = parseEvent(value);
        expect(SessionEvent.parse(read)).toEqual(read);
        expect(isClean(JSON.stringify(read))).toBe(true);
      }),
    );
  });

  it.each([
    ['a text of 1 MB', { kind: 'session.titled', title: '\ud83d\u0000'.repeat(500_000) }],
    ['a list of 1 MB', { kind: 'todo.updated', todos: Array.from({ length: 60_000 }, (_, n) => ({ n })) }],
    ['500,000 brackets', JSON.parse('['.repeat(500_000) + ']'.repeat(500_000))],
    ['a deep object', JSON.parse('{"kind":'.repeat(100_000) + '1' + '}'.repeat(100_000))],
    ['a number', 7],
    ['nothing', undefined],
    ['null', null],
    ['a name of 1 MB', { kind: 'x'.repeat(1_000_000) }],
  ])('survives junk: %s', (_name, junk: unknown) => {
    const read = parseEvent(junk);
    expect(read.kind).toBe('unknown');
    expect(JSON.stringify(read).length).toBeLessThan(10_000);
  });

  it('refuses an envelope that is none: no place in the log, no actor, no time', () => {
    const envelope = {
      seq: 1,
      at: '2026-01-01T00:00:00.000Z',
      actor: { type: 'agent' },
      event: { kind: 'x' },
    };
    expect(parseLoggedEvent(envelope).event.kind).toBe('unknown');
    for (const broken of [{ seq: 0 }, { seq: 1.5 }, { at: 'today' }, { actor: { type: 'ghost' } }]) {
      expect(() => parseLoggedEvent({ ...envelope, ...broken })).toThrow();
    }
  });
});

describe('text hygiene', () => {
  it('replaces U+0000 and lone surrogates, and nothing else', () => {
    expect(cleanText('a\u0000b\ud800c\udc00d😀')).toBe('a\uFFFDb\uFFFDc\uFFFDd😀');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        if (!text.includes('\u0000')) expect(cleanText(text)).toBe(text);
      }),
    );
  });

  it('cleans keys too, and is done after once', () => {
    fc.assert(
      fc.property(fc.dictionary(dirtyText, dirtyText), (value) => {
        const once = cleanJson(value);
        expect(isClean(JSON.stringify(once))).toBe(true);
        expect(cleanJson(once)).toEqual(once);
      }),
    );
  });

  it('cuts to a length without cutting a pair in two', () => {
    expect(cutText('a😀', 2)).toBe('a');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 20 }), (text, length) => {
        const cut = cutText(text, length);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(length);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, length) - 1);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });
});
