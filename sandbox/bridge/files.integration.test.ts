import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BlobKey } from '@/domain/ids';
import type { CommandAttachment } from '@/domain/wire/bridge';
import { BridgeBench, makePrompt, makeSteer } from '@/testing/bridge-bench';
import { bootFor } from '@/testing/bridge-sandbox';
import { call, reply, say } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

/** A picture of one pixel. */
function png(grey: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.from([0, grey]));
  return Buffer.concat([magic, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** A file at the server; without bytes it is gone from there. */
function attachment(name: string, mime: string, bytes: Buffer | null): CommandAttachment {
  const key = BlobKey.parse(`s/attachment/${String(bench.server.blobs.size)}-${String(name.length)}`);
  if (bytes) bench.server.blobs.set(key, bytes);
  return { name, mime, blob: { key, sizeBytes: bytes?.length ?? 9 }, url: `${bench.server.url}/${key}` };
}

const seesPictures = { model: { ...bootFor('/nowhere').model, acceptsImages: true } };
const lastMessage = (): string => JSON.stringify(bench.model.requests.at(-1)!.body.messages.at(-1));
const attached = (promptId: string, name: string): string =>
  join(bench.root, 'home/attachments', promptId, name);

describe('files', () => {
  test('of prompts and steers reach model and disk; what tools make is stored; effort reaches the model', async () => {
    const [first, second] = [png(10), png(20)];
    await bench.start({ ...seesPictures, effort: 'low' });
    const prompt = makePrompt('Look at these');
    const notes = attached(prompt.promptId, 'notes.txt');
    prompt.attachments = [
      attachment('shot.png', 'image/png', first),
      attachment('../../../notes.txt', 'text/plain', Buffer.from('remember the milk')),
      attachment('gone.pdf', 'application/pdf', null),
    ];
    // The store is busy at first.
    let refusals = 2;
    bench.server.fault = ({ path }) =>
      path.startsWith('/s/attachment/') && (refusals -= 1) >= 0 ? 503 : null;
    bench.model.script([
      reply(call('bash', { command: `cat ${notes}; sleep 3`, description: 'read' })),
      reply(call('read', { filePath: attached(prompt.promptId, 'shot.png') })),
      reply(say('Seen.')),
    ]);
    bench.server.send(prompt);
    await bench.server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    expect(lastMessage()).toContain(`data:image/png;base64,${first.toString('base64')}`);
    const steer = makeSteer(prompt, 'And at this');
    steer.attachments = [attachment('more.png', 'image/png', second)];
    bench.server.send(steer);
    expect(await bench.finished(prompt)).toMatchObject({ outcome: 'completed', reason: null });

    const asked = bench.model.requests[0]!;
    expect(asked.prompt).toContain('Look at these');
    expect(asked.prompt).toContain(`${notes} (text/plain, 17 bytes), its text is below`);
    expect(asked.prompt).toContain('remember the milk');
    expect(asked.prompt).toContain('gone.pdf is missing: it could not be fetched (401)');
    expect(asked.body).toMatchObject({ reasoning_effort: 'low' });
    expect(readFileSync(notes, 'utf8')).toBe('remember the milk');
    expect(existsSync(join(bench.root, 'notes.txt'))).toBe(false);
    // The agent's tools may open them without asking anybody.
    expect(bench.server.of('ask.opened')).toEqual([]);
    expect(bench.model.requests[1]!.body.messages.map((message) => JSON.stringify(message)).join()).toContain(
      second.toString('base64'),
    );
    expect(bench.server.of('steer.read')).toMatchObject([{ promptId: steer.promptId }]);
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: bench.sandbox.repository }).toString()).toBe(
      '',
    );

    const read = bench.server
      .of('part.finished')
      .flatMap(({ part }) => (part.type === 'tool' ? [part] : []))[1]!;
    expect(read.attachments).toMatchObject([{ name: 'read-1.png', mime: 'image/png' }]);
    expect(bench.server.blobs.get(read.attachments[0]!.blob.key)).toEqual(first);
  });
});
