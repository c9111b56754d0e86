import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startOpenCode } from '@/testing/opencode-server';
import { readServerSentEvents } from '../../sandbox/agents/opencode/server-sent-events';
import { FIRST_WORD } from './paced-model';
import { latch, type TurnRunner } from './timed-turn';

const Delta = z.object({
  type: z.literal('message.part.delta'),
  properties: z.object({ field: z.string(), delta: z.string() }),
});
const PartText = z.object({
  type: z.literal('message.part.updated'),
  properties: z.object({ part: z.object({ type: z.literal('text'), text: z.string() }) }),
});

/** What a frame says of the answer: a piece of it, or all of it so far. */
function textOf(frame: unknown): string {
  const delta = Delta.safeParse(frame);
  if (delta.success) return delta.data.properties.delta;
  const part = PartText.safeParse(frame);
  return part.success ? part.data.properties.part.text : '';
}

/** `opencode serve` by itself, its events read directly. */
export async function bareTurns(modelUrl: string, prompt: string): Promise<TurnRunner> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-bench-bare-'));
  const agent = await startOpenCode({ modelUrl });
  const session = await agent.createSession(folder);
  const headers = {
    authorization: agent.authorization,
    'content-type': 'application/json',
    'x-opencode-directory': folder,
  };
  let onText: (text: string) => void = () => undefined;
  const ending = new AbortController();
  const stream = await fetch(`${agent.url}/event`, { headers, signal: ending.signal });
  if (!stream.body) throw new Error('OpenCode has no events.');
  const reading = readServerSentEvents(stream.body, (frame) => onText(textOf(frame))).catch(
    (error: unknown) => {
      if (!ending.signal.aborted) throw error;
    },
  );
  return {
    run: async () => {
      const first = latch();
      let firstTextMs = Number.NaN;
      const startedAt = performance.now();
      onText = (text) => {
        if (!text.startsWith(FIRST_WORD) || !Number.isNaN(firstTextMs)) return;
        firstTextMs = performance.now() - startedAt;
        first.open();
      };
      const turn = await agent.prompt(prompt, { directory: folder, sessionId: session });
      const wholeMs = performance.now() - startedAt;
      await first.promise;
      const characters = turn.parts.reduce(
        (sum, { type, text = '' }) => sum + (type === 'text' ? text.length : 0),
        0,
      );
      return { firstTextMs, wholeMs, characters };
    },
    close: async () => {
      ending.abort();
      await reading;
      await agent.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
