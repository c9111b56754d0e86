import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { SessionEvent } from '@/domain/events/session-event';
import { makePrompt, makeSteer } from '@/testing/bridge-bench';
import { type OpenCodeServer, startOpenCode } from '@/testing/opencode-server';
import { type ScriptedModel, startScriptedModel } from '@/testing/scripted-model';
import { createTicks, reply, say } from '@/testing/scripted-reply';
import { OpenCodeClient } from './client';
import { composeSpeech } from './speech';
import type { TurnOptions } from './turn-options';
import { TurnRunner } from './turn-runner';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let model: ScriptedModel;
let agent: OpenCodeServer;
let client: OpenCodeClient;

beforeAll(async () => {
  model = await startScriptedModel();
  agent = await startOpenCode({ modelUrl: model.url });
  client = new OpenCodeClient({ port: Number(new URL(agent.url).port), password: 'test' });
  await client.warm();
});

afterAll(async () => {
  await agent.close();
  await model.close();
});

/** A turn on the real OpenCode, with everything that it tells. */
async function turn(text: string, change: Partial<TurnOptions> = {}) {
  const told: SessionEvent[] = [];
  const prompt = makePrompt(text);
  const sessionId = await client.createSession('test');
  const runner = new TurnRunner({
    ...{ client, sessionId, prompt, variant: null, told: [], steers: [], answers: [] },
    ...{ isResumed: false, isOrphan: false, isStopRequested: false },
    prepare: (said) => Promise.resolve(composeSpeech(said, [], true)),
    onGive: () => undefined,
    onOutput: (output) => {
      if (output.type === 'event') told.push(output.event);
      return Promise.resolve();
    },
    killAgent: () => undefined,
    ...change,
  });
  return { runner, told, prompt, sessionId };
}

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(agent.url + path, {
    method: 'POST',
    headers: { authorization: agent.authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a turn on OpenCode', () => {
  test('answers what OpenCode took and left aside as it came to rest', async () => {
    model.scriptFor('#aside', [reply(say('First.')), reply(say('And the rest.'))]);
    const gate = createTicks();
    let isHeld = false;
    const told: SessionEvent[] = [];
    const { runner, prompt, sessionId } = await turn('begin #aside', {
      // The bridge is slow to hear of the last step, and OpenCode rests meanwhile.
      onOutput: async (output) => {
        if (output.type !== 'event') return;
        told.push(output.event);
        if (isHeld || output.event.kind !== 'turn.step_finished') return;
        isHeld = true;
        await gate.next();
      },
    });
    const ended = runner.run();
    await expect.poll(() => isHeld).toBe(true);
    await expect.poll(async () => (await client.statuses())[sessionId]).toBeUndefined();
    const steer = makeSteer(prompt, 'more #aside');
    const parts = [{ id: steer.textPartId, type: 'text', text: steer.text }];
    const taken = await post(`/session/${sessionId}/message`, {
      ...{ messageID: steer.messageId, noReply: true, parts },
    });
    expect(taken.status).toBe(200);
    runner.steer(steer);
    gate.release();
    expect(await ended).toEqual({ outcome: 'completed', reason: null });
    const { promptId } = steer;
    expect(told.filter(({ kind }) => kind.startsWith('steer.'))).toMatchObject([
      { kind: 'steer.delivered', promptId },
      { kind: 'steer.read', promptId },
    ]);
    const texts = told.flatMap((event) =>
      event.kind === 'part.finished' && event.part.type === 'text' ? [event.part.text] : [],
    );
    expect(texts).toEqual(['First.', 'And the rest.']);
  });

  test('that is stopped while its files are on their way never reaches it', async () => {
    const { runner, told, prompt, sessionId } = await turn('never #given', {
      prepare: () => new Promise(() => undefined),
    });
    const ended = runner.run();
    runner.stop();
    expect(await ended).toEqual({ outcome: 'stopped', reason: null });
    expect(told).toEqual([]);
    expect(await client.hasMessage(sessionId, prompt.messageId)).toBe(false);
  });

  test('goes on without a picture that OpenCode can’t read, which drops the whole message', async () => {
    model.scriptFor('#picture', [reply(say('Fine.'))]);
    const broken = { name: 'a.png', mime: 'image/png', path: '/x/a.png', bytes: Buffer.from('no picture') };
    const { runner, told } = await turn('look #picture', {
      prepare: (said) => Promise.resolve(composeSpeech(said, [broken], true)),
    });
    expect(await runner.run()).toEqual({ outcome: 'completed', reason: null });
    const request = await model.untilRequest(({ prompt }) => prompt.includes('#picture'));
    expect(request.prompt).toContain('/x/a.png');
    expect(request.prompt).not.toContain('shown to you');
    expect(JSON.stringify(request.body.messages)).not.toContain('data:image');
    expect(told.filter(({ kind }) => kind === 'prompt.delivered')).toHaveLength(1);
  });
});
