import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPng } from './read-png';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function png(kind: number, rows: readonly (readonly number[])[], width: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.writeUInt8(8, 8);
  header.writeUInt8(kind, 9);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each first number says how the row was written; all of these rows are the same two pixels. */
const ROWS = [
  [0, 10, 20, 30, 40, 50, 60],
  [1, 10, 20, 30, 30, 30, 30],
  [2, 0, 0, 0, 0, 0, 0],
  [3, 5, 10, 15, 15, 15, 15],
  [4, 0, 0, 0, 0, 0, 0],
];

describe('reading a picture', () => {
  it('undoes every way of writing a row', () => {
    const { width, height, at } = readPng(png(2, ROWS, 2));
    expect([width, height]).toEqual([2, 5]);
    for (let y = 0; y < height; y += 1) expect([at(0, y), at(1, y)]).toEqual(['#0a141e', '#28323c']);
  });

  it('leaves transparency out of a colour', () => {
    expect(readPng(png(6, [[0, 10, 20, 30, 255]], 1)).at(0, 0)).toBe('#0a141e');
  });

  it('refuses what is no such picture', () => {
    expect(() => readPng(Buffer.from('GIF89a…'))).toThrow('no PNG');
    expect(() => readPng(png(3, [[0, 1]], 1))).toThrow('no screenshot');
  });
});
