import { inflateSync } from 'node:zlib';

export interface Picture {
  width: number;
  height: number;
  /** The colour at a place, as `#rrggbb`. */
  at: (x: number, y: number) => string;
}

const SIGNATURE = '89504e470d0a1a0a';
/** Bytes of a pixel by PNG's number for its kind: red, green, blue, and the same with a transparency. */
const PIXEL_BYTES: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Reads a PNG as a browser's screenshot is one: eight bits a colour, not interlaced. Throws when it is another. */
export function readPng(file: Buffer): Picture {
  if (file.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('This is no PNG.');
  const chunks = chunksOf(file);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const pixelBytes = PIXEL_BYTES[header.readUInt8(9)];
  if (header.readUInt8(8) !== 8 || pixelBytes === undefined || header.readUInt8(12) !== 0) {
    throw new Error('This PNG is of a kind that no screenshot has.');
  }
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
  const rows = unfilter(inflateSync(data), { stride: width * pixelBytes, height, pixelBytes });
  const at = (x: number, y: number): string => {
    const start = (y * width + x) * pixelBytes;
    return `#${rows.subarray(start, start + 3).toString('hex')}`;
  };
  return { width, height, at };
}

function chunksOf(file: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let start = 8; start + 12 <= file.length;) {
    const length = file.readUInt32BE(start);
    const type = file.toString('latin1', start + 4, start + 8);
    chunks.push({ type, data: file.subarray(start + 8, start + 8 + length) });
    start += length + 12;
  }
  return chunks;
}

interface Shape {
  stride: number;
  height: number;
  pixelBytes: number;
}

/** Every row says by its first byte how it was written as the difference to its left and to the row above. */
function unfilter(data: Buffer, { stride, height, pixelBytes }: Shape): Buffer {
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = data.readUInt8(y * (stride + 1));
    for (let x = 0; x < stride; x += 1) {
      const here = y * stride + x;
      const isFirst = x < pixelBytes;
      const left = isFirst ? 0 : (rows[here - pixelBytes] ?? 0);
      const above = y === 0 ? 0 : (rows[here - stride] ?? 0);
      const corner = isFirst || y === 0 ? 0 : (rows[here - stride - pixelBytes] ?? 0);
      rows[here] = (data[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, { left, above, corner });
    }
  }
  return rows;
}

interface Neighbours {
  left: number;
  above: number;
  corner: number;
}

function predicted(filter: number, { left, above, corner }: Neighbours): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  return filter === 4 ? paeth({ left, above, corner }) : 0;
}

function paeth({ left, above, corner }: Neighbours): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
