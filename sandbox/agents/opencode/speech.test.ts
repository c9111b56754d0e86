import { describe, expect, test } from 'vitest';
import { composeSpeech, type GivenFile } from './speech';

const said = { messageId: 'msg_1', textPartId: 'prt_1', text: 'Look at this.' };
const file = (name: string, mime: string, bytes: Buffer | string): GivenFile => ({
  ...{ name, mime, path: `/home/agent/attachments/p/${name}` },
  bytes: Buffer.from(bytes),
});

describe('what goes with a message', () => {
  test('is nothing when nothing came with it', () => {
    expect(composeSpeech(said, [], true)).toEqual({ ...said, plainText: said.text, files: [] });
  });

  test('is named with its place, whatever it is', () => {
    const files = [
      file('shot.png', 'image/png', 'png'),
      file('notes.md', 'text/markdown', '# Hi\n'),
      file('data.bin', 'application/octet-stream', Buffer.from([0, 1, 2])),
      { name: 'lost.pdf', mime: 'application/pdf', problem: 'it could not be fetched (404)' },
    ];
    const speech = composeSpeech(said, files, true);
    expect(speech.files).toEqual([
      { name: 'shot.png', mime: 'image/png', url: 'data:image/png;base64,cG5n' },
    ]);
    expect(speech.text).toBe(
      [
        'Look at this.',
        [
          'Files that came with this message; your tools can open them:',
          '- /home/agent/attachments/p/shot.png (image/png, 3 bytes), shown to you',
          '- /home/agent/attachments/p/notes.md (text/markdown, 5 bytes), its text is below',
          '- /home/agent/attachments/p/data.bin (application/octet-stream, 3 bytes)',
          '- lost.pdf is missing: it could not be fetched (404)',
        ].join('\n'),
        '<file path="/home/agent/attachments/p/notes.md">\n# Hi\n\n</file>',
      ].join('\n\n'),
    );
    expect(speech.plainText).not.toContain('shown to you');
    expect(speech.plainText).toContain('shot.png');
  });

  test('is not shown to a model that sees no pictures', () => {
    const speech = composeSpeech(said, [file('shot.png', 'image/png', 'png')], false);
    expect(speech.files).toEqual([]);
    expect(speech.text).not.toContain('shown to you');
  });

  test('is left on the disk when it is larger than a request may be', () => {
    const picture = file('shot.png', 'image/png', Buffer.alloc(1_500_000, 1));
    const speech = composeSpeech(
      said,
      [picture, picture, file('big.txt', 'text/plain', 'x'.repeat(20_001))],
      true,
    );
    expect(speech.files).toHaveLength(1);
    expect(speech.text.length).toBeLessThan(1_000);
    expect(speech.text.match(/shown to you/g)).toHaveLength(1);
  });
});
