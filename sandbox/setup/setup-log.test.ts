import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SetupLog } from './setup-log';

/** Everything that is told, when it comes in these chunks and each is told at once. */
function told(log: SetupLog, chunks: readonly (string | Buffer)[]): string[] {
  const found: string[] = [];
  for (const chunk of chunks) {
    log.add(Buffer.from(chunk));
    for (let piece = log.next(); piece !== null; piece = log.next()) found.push(piece);
  }
  return [...found, ...log.rest()];
}

describe('SetupLog', () => {
  test('tells a short output as it came', () => {
    expect(told(new SetupLog(), ['one\ntw', 'o\n', 'three']).join('')).toBe('one\ntwo\nthree');
    expect(told(new SetupLog(), [])).toEqual([]);
  });

  test('holds back the beginning of a line while there is a whole one to tell', () => {
    const log = new SetupLog();
    log.add(Buffer.from('one\ntw'));
    expect([log.next(), log.next(), log.next()]).toEqual(['one\n', 'tw', null]);
  });

  test('keeps the beginning and the end of a long one, and says how much is missing', () => {
    const lines = Array.from({ length: 400_000 }, (_, index) => `line ${index}\n`);
    const all = lines.join('');
    const pieces = told(new SetupLog(), [all.slice(0, 100), all.slice(100, 3_000_000), all.slice(3_000_000)]);
    const text = pieces.join('');
    expect(text.length).toBeLessThan(132_000);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(8_000);
    const [, head, lost, tail] = /^([^]*)\n… there is[^\n]*\n\n… ([\d,]+) bytes[^\n]*\n([^]*)$/.exec(text)!;
    expect(all.startsWith(head!)).toBe(true);
    expect(all.endsWith(tail!)).toBe(true);
    expect(tail).toMatch(/^line \d+\n/);
    expect(head!.length + Number(lost!.replaceAll(',', '')) + tail!.length).toBe(all.length);
  });

  test('keeps characters whole, however they are cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ä', '€', '😀', '\n'), maxLength: 400 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(600), { maxLength: 6 }), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(told(new SetupLog(), chunks).join('')).toBe(whole);
      }),
    );
    const long = told(new SetupLog({ headBytes: 10_001, tailBytes: 10_001 }), ['€'.repeat(20_000)]).join('');
    expect(long.replaceAll('€', '')).toMatch(/^\n… there is[^\n]*\n\n… [\d,]+ bytes were left out here …\n$/);
  });

  test('takes bytes that are no text', () => {
    const noise = Buffer.alloc(30_000, 0x80);
    const pieces = told(new SetupLog(), [noise, Buffer.from([0xff, 0x00, 0xe2])]);
    expect(pieces.join('')).toHaveLength(30_003);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(8_000);
  });

  test('leaves out colours, and what a progress line wrote over itself', () => {
    const said = ['\u001b[32mok\u001b[0m\r\n', '10 %\r20 %\r100 %\nnext\r\n'];
    expect(told(new SetupLog(), said).join('')).toBe('ok\n100 %\nnext\n');
  });

  test('knows the last words', () => {
    const log = new SetupLog({ headBytes: 50, tailBytes: 50 });
    expect(log.lastWords(100)).toBe('');
    log.add(Buffer.from('first\n\n  npm ERR!\n'));
    expect(log.lastWords(100)).toBe('first\nnpm ERR!');
    log.add(Buffer.from('x'.repeat(60) + '\nthe end\n'));
    expect(log.lastWords(20)).toMatch(/^x+\nthe end$/);
  });
});
