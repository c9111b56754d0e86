import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AskId, PartId } from '@/domain/ids';
import { CliBench } from '@/testing/cli-bench';
import { useDatabase } from '@/testing/database';
import type { PseudoTerminal } from '@/testing/pseudo-terminal';

// Each test starts several processes, which a busy machine does slowly.
vi.setConfig({ testTimeout: 120_000 });

const database = useDatabase();
let bench: CliBench;
let terminal: PseudoTerminal | undefined;

beforeAll(async () => {
  bench = await CliBench.start(database.url);
});
afterAll(() => bench.close());
beforeEach(() => bench.signIn());
afterEach(() => terminal?.kill());

async function attach(...words: string[]) {
  const session = await bench.session();
  terminal = bench.startInTerminal(['attach', session.sessionId, ...words]);
  await terminal.shows('● live');
  return { ...session, terminal };
}

const statusOf = (lines: string[]): string => lines.at(-1) ?? '';

describe('the live view', () => {
  it('shows a text as Markdown, a composer, and the connection with the keys', async () => {
    const { bridge, turnId, terminal } = await attach();
    const partId = PartId.parse(`prt_${randomUUID()}`);
    await bridge.report(
      { kind: 'part.started', turnId, partId, part: { type: 'text' } },
      { kind: 'part.finished', turnId, partId, part: { type: 'text', text: '# Roses\n\n- are **red**\n' } },
    );
    await terminal.shows('• are red');
    expect(terminal.lines).toContain('Roses');
    const [composer, status] = terminal.lines.slice(-2);
    expect(composer?.trim()).toBe('›');
    expect(status).toMatch(/^● live · seq \d+ · you · Enter queue · Ctrl-S steer · Ctrl-X stop · Ctrl-C/);
    expect(terminal.lines.every((line) => line.length <= 80)).toBe(true);
  });

  it('sends what is typed, shows it as waiting, and stops the turn by a key', async () => {
    const { sessionId, terminal } = await attach();
    terminal.type('and then this');
    await terminal.shows('› and then this');
    terminal.type('\r');
    await terminal.shows('○ waits: Ada: and then this');
    terminal.type('\u0018');
    await terminal.shows('● stopping');
    const { state } = await bench.api.db.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(state).toMatchObject({ running: { isStopRequested: true } });
  });

  it('answers what the agent asks with one key', async () => {
    const { bridge, turnId, terminal, sessionId } = await attach();
    const ask = { type: 'permission' as const, permission: 'bash', title: 'rm -r build', always: [] };
    await bridge.report({
      ...{ kind: 'ask.opened', turnId, askId: AskId.parse('per_1'), toolPartId: null },
      ask,
    });
    await terminal.shows('? y yes, once');
    await pause(800);
    terminal.type('y');
    await terminal.shows('answered: yes, once');
    expect((await bench.run('logs', sessionId, '--json')).stdout).toContain('"reply":"once"');
  });

  it('is whole again after each resize', async () => {
    const { terminal } = await attach();
    terminal.type('typed before');
    await terminal.shows('› typed before');
    for (const [columns, rows] of [
      [40, 12],
      [120, 40],
    ] as const) {
      await terminal.resize(columns, rows);
      await pause(500);
      const composers = terminal.lines.filter((line) => line.startsWith('›'));
      expect(composers).toEqual(['› typed before']);
      expect(statusOf(terminal.lines)).toContain('● live');
    }
  });

  it('is left by Ctrl-C, which says so and stops nothing; what was typed is kept', async () => {
    const { terminal, sessionId } = await attach();
    terminal.type('half a thou');
    await terminal.shows('› half a thou');
    terminal.type('\u0003');
    expect(await terminal.exited).toBe(130);
    expect(terminal.lines.join('\n')).toContain('Detached; the session goes on.');
    expect(terminal.lines.join('')).toContain('Your prompt is kept in');
    expect(await bench.runningTurn(sessionId)).toBeTruthy();
  });

  it('takes no keys when it only looks', async () => {
    const { terminal, sessionId } = await attach('--read-only');
    terminal.type('hello\r\u0018');
    await pause(1_000);
    expect(terminal.lines.some((line) => line.startsWith('›'))).toBe(false);
    expect(statusOf(terminal.lines)).not.toContain('Enter');
    expect((await bench.run('queue', 'list', sessionId)).stdout).toBe('');
  });

  it('says that the server is away, goes on once it is back, and gives back what was not sent', async () => {
    const { terminal, bridge, turnId } = await attach();
    bench.api.brokenWith = 503;
    terminal.type('not lost\r');
    await terminal.shows('! ');
    await terminal.shows('› not lost');
    bench.api.brokenWith = null;
    terminal.type('\r');
    await terminal.shows('○ waits: Ada: not lost');
    await bridge.report({ kind: 'turn.compacted', turnId });
    await terminal.shows('the conversation was summed up');
  });
});
