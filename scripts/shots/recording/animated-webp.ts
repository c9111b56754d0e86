/** A piece of the picture that changed, as a WebP file of its own, and for how long it stays. */
export interface WebpFrame {
  /** Where it goes, in even pixels: the format counts in twos. */
  x: number;
  y: number;
  width: number;
  height: number;
  durationMs: number;
  /** What a canvas makes: a lossy WebP without animation. */
  webp: Uint8Array;
}

const HAS_ANIMATION = 0b10;
/** The frame replaces what is there and is left in place. */
const REPLACE_AND_KEEP = 0b10;
const FOREVER = 0;

/**
 * Puts frames together into one animated WebP, as the container's specification lays it out (RIFF with the chunks
 * VP8X, ANIM and one ANMF for each frame). Throws for a frame that is no plain WebP.
 */
export function animatedWebp(
  frames: readonly WebpFrame[],
  { width, height }: { width: number; height: number },
): Buffer {
  const canvas = Buffer.concat([
    Buffer.from([HAS_ANIMATION, 0, 0, 0]),
    uint24(width - 1),
    uint24(height - 1),
  ]);
  const animation = Buffer.concat([Buffer.from([255, 255, 255, 255]), Buffer.from([FOREVER, 0])]);
  const chunks = [chunk('VP8X', canvas), chunk('ANIM', animation), ...frames.map(frameChunk)];
  return riff(Buffer.concat(chunks));
}

function frameChunk({ x, y, width, height, durationMs, webp }: WebpFrame): Buffer {
  const head = [x / 2, y / 2, width - 1, height - 1, Math.round(durationMs)].map(uint24);
  return chunk('ANMF', Buffer.concat([...head, Buffer.from([REPLACE_AND_KEEP]), pictureOf(webp)]));
}

/** The chunk with the picture itself, of a file that may have others. */
function pictureOf(webp: Uint8Array): Buffer {
  const file = Buffer.from(webp);
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const end = at + 8 + file.readUInt32LE(at + 4);
    if (name === 'VP8 ' || name === 'VP8L') return chunk(name, file.subarray(at + 8, end));
    at = end + (end % 2);
  }
  throw new Error('This is not a WebP picture.');
}

function riff(body: Buffer): Buffer {
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), body]));
}

/** Chunks are padded to an even length, which their own does not count. */
function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(value, 0, 3);
  return bytes;
}
