import { expect, it } from 'vitest';
import { animatedWebp, type WebpFrame } from './animated-webp';

/** A WebP file whose picture is these bytes; the format does not look into them. */
function still(picture: string): Uint8Array {
  const body = Buffer.from(picture, 'latin1');
  const head = Buffer.alloc(8);
  head.write('VP8 ', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([Buffer.from('RIFF....WEBP', 'latin1'), head, body, Buffer.alloc(body.length % 2)]);
}

const frame = (given: Partial<WebpFrame>): WebpFrame => ({
  ...{ x: 0, y: 0, width: 4, height: 2, durationMs: 200, webp: still('abc') },
  ...given,
});

/** Names and bodies of the chunks that lie one after the other. */
function chunksOf(bytes: Buffer): { name: string; body: Buffer }[] {
  const chunks: { name: string; body: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    chunks.push({
      name: bytes.toString('latin1', at, at + 4),
      body: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

it('lays frames out one after the other, each with its place, its time and its picture', () => {
  const file = animatedWebp([frame({}), frame({ x: 6, y: 8, durationMs: 1_000, webp: still('de') })], {
    width: 640,
    height: 480,
  });
  const [container] = chunksOf(file);
  expect(container?.name).toBe('RIFF');
  expect(container?.body.toString('latin1', 0, 4)).toBe('WEBP');
  const [head, animation, first, second] = chunksOf(container!.body.subarray(4));
  expect([head?.name, animation?.name, first?.name, second?.name]).toEqual(['VP8X', 'ANIM', 'ANMF', 'ANMF']);
  expect([head!.body.readUIntLE(4, 3), head!.body.readUIntLE(7, 3)]).toEqual([639, 479]);
  expect([0, 3, 6, 9, 12].map((at) => second!.body.readUIntLE(at, 3))).toEqual([3, 4, 3, 1, 1_000]);
  expect(chunksOf(first!.body.subarray(16))).toMatchObject([{ name: 'VP8 ', body: Buffer.from('abc') }]);
  expect(chunksOf(second!.body.subarray(16))).toMatchObject([{ name: 'VP8 ', body: Buffer.from('de') }]);
});

it('refuses what is no WebP', () => {
  expect(() => animatedWebp([frame({ webp: Buffer.from('GIF89a…………') })], { width: 4, height: 2 })).toThrow(
    'not a WebP',
  );
});
