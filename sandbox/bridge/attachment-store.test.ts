import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobKey, PromptId } from '@/domain/ids';
import type { CommandAttachment } from '@/domain/wire/bridge';
import { attachmentFolder, AttachmentStore, safeNames } from './attachment-store';

const promptId = PromptId.parse('00000000-0000-4000-8000-000000000001');
let home: string;
let server: http.Server;
let requests: number;
/** How each request is answered, in order; the last one goes on. */
let answers: (number | string)[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-attachments-'));
  requests = 0;
  server = http.createServer((_request, response) => {
    const answer = answers[Math.min(requests, answers.length - 1)];
    requests += 1;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

function attachment(name: string, sizeBytes: number, isReachable = true): CommandAttachment {
  // A listening TCP server always has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    ...{ name, mime: 'text/plain', blob: { key: BlobKey.parse('s/attachment/x'), sizeBytes } },
    url: isReachable ? `http://127.0.0.1:${port}/x` : null,
  };
}

const folder = (): string => join(attachmentFolder(home), promptId);

describe('a file that goes with a prompt', () => {
  test('lies in a folder of the prompt’s, also when the store answers only at the third try', async () => {
    answers = [503, 500, 'hello'];
    const [file] = await new AttachmentStore(home).get({ promptId, attachments: [attachment('a.txt', 5)] });
    expect(file).toEqual({
      name: 'a.txt',
      mime: 'text/plain',
      path: join(folder(), 'a.txt'),
      bytes: Buffer.from('hello'),
    });
    expect(readFileSync(join(folder(), 'a.txt'), 'utf8')).toBe('hello');
    expect(readdirSync(folder())).toEqual(['a.txt']);
  });

  test('is fetched once, and after a kill it is read from the disk though its address is good no more', async () => {
    answers = ['hello', 403];
    const said = { promptId, attachments: [attachment('a.txt', 5)] };
    const store = new AttachmentStore(home);
    store.begin(said);
    await Promise.all([store.get(said), store.get(said)]);
    const [again] = await new AttachmentStore(home).get(said);
    expect(again).toMatchObject({ bytes: Buffer.from('hello') });
    expect(requests).toBe(1);
  });

  test('that can’t be had is named with the reason, and the others come', async () => {
    answers = [403, 'hello'];
    const attachments = [attachment('gone.txt', 5), attachment('nowhere.txt', 5, false)];
    const files = await new AttachmentStore(home).get({ promptId, attachments });
    expect(files).toMatchObject([
      { name: 'gone.txt', problem: 'it could not be fetched (403)' },
      { name: 'nowhere.txt', problem: 'it has no address' },
    ]);
    expect(existsSync(folder())).toBe(false);
    expect(requests).toBe(1);
  });
});

describe('names', () => {
  test.each([
    [['../../etc/passwd'], ['passwd']],
    [['..\\..\\boot.ini'], ['boot.ini']],
    [['..'], ['file']],
    [['.bashrc'], ['bashrc']],
    [['-rf .txt'], ['rf .txt']],
    [['a\u0000b\u202Etxt.exe'], ['a-b-txt.exe']],
    [['Größe 2.png'], ['Größe 2.png']],
    [
      ['a.png', 'A.png', 'a.png', 'a-2.png'],
      ['a.png', 'A-2.png', 'a-3.png', 'a-2-2.png'],
    ],
    [[`${'x'.repeat(300)}.tar.gz`], [`${'x'.repeat(117)}.gz`]],
  ])('%j are %j', (given, expected) => {
    expect(safeNames(given)).toEqual(expected);
  });
});
