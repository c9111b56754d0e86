import { describe, expect, it } from 'vitest';
import { MAX_ATTACHMENT_BYTES } from '@/domain/events/session-event';
import { RefusedFileError } from './attached-file';
import { prepareFile } from './prepare-file';

const PDF = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x2d, 0x31, 0x2e, 0x37, 0x0a, 0xff, 0xfe, 0x00]);

describe('a file that is no picture', () => {
  it.each([
    ['TypeScript, which browsers take for video', new File(['const a = 1;'], 'a.ts', { type: 'video/mp2t' })],
    ['text of no type', new File(['déjà vu'], 'notes')],
    ['a drawing in SVG', new File(['<svg/>'], 'a.svg', { type: 'image/svg+xml' })],
    ['text whose character is cut where the look at it ends', new File([`${'x'.repeat(8_191)}é`], 'a.md')],
  ])('goes on as text when it is: %s', async (_, file) => {
    const { mime, content } = await prepareFile(file);
    expect(mime).toBe('text/plain');
    expect(await content.text()).toBe(await file.text());
  });

  it('keeps its type, and the blob store is told the same', async () => {
    const prepared = await prepareFile(new File([PDF], 'a.pdf', { type: 'application/pdf' }));
    expect(prepared).toMatchObject({ name: 'a.pdf', mime: 'application/pdf', thumbnail: null });
    expect(prepared.content.type).toBe('application/pdf');
  });

  it('of a type that no address can carry is just bytes', async () => {
    const { mime } = await prepareFile(new File([PDF], 'a', { type: 'what ever/;' }));
    expect(mime).toBe('application/octet-stream');
  });

  it('is refused when it is empty or too large', async () => {
    await expect(prepareFile(new File([], 'none'))).rejects.toThrow(RefusedFileError);
    const large = new File([new Uint8Array(MAX_ATTACHMENT_BYTES + 1)], 'large.bin');
    await expect(prepareFile(large)).rejects.toThrow(/20 MB/);
  });
});
