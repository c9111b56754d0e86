import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SessionEvent } from '@/domain/events/session-event';
import { PartId, PromptId, TurnId } from '@/domain/ids';
import type { PromptCommand } from '@/domain/wire/bridge';
import { Journal } from './journal';
import type { JournalLine } from './journal-lines';

const BOOT_ID = '00000000-0000-4000-8000-000000000001';
const turnId = TurnId.parse('00000000-0000-4000-8000-00000000000a');
const promptId = PromptId.parse('00000000-0000-4000-8000-00000000000b');
const otherTurn = TurnId.parse('00000000-0000-4000-8000-00000000000c');
const RUN = '00000000-0000-4000-8000-00000000000d';

const prompt: PromptCommand = {
  type: 'prompt',
  promptId,
  turnId,
  attempt: 1,
  messageId: 'msg_1',
  textPartId: 'prt_1',
  text: 'do it',
  attachments: [],
  author: { name: 'Ada', email: 'ada@example.com' },
};
const delivered: SessionEvent = { kind: 'prompt.delivered', promptId, turnId };
const finished: SessionEvent = {
  kind: 'prompt.finished',
  promptId,
  turnId,
  outcome: 'completed',
  reason: null,
};
const event = (n: number, value: SessionEvent = delivered): JournalLine => ({ t: 'event', n, event: value });

let folder: string;
const open = (epoch = 1, bootId = BOOT_ID): Journal => Journal.open(folder, epoch, () => bootId);
const file = (epoch = 1): string => join(folder, `outbox-${epoch}.jsonl`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a killed bridge finds its boot id, its unacknowledged events and its turn again', () => {
  const journal = open();
  journal.append({ t: 'command', n: 4, command: prompt });
  journal.append({ t: 'turn', turnId, runId: RUN });
  journal.append(event(1), event(2), event(3), { t: 'ack', n: 2 });
  const again = open(1, '00000000-0000-4000-8000-0000000000ff').state;
  expect(again).toEqual(journal.state);
  expect(again).toMatchObject({ bootId: BOOT_ID, lastEvent: 3, acked: 2, lastCommand: 4 });
  expect(again.pending).toEqual([{ n: 3, event: delivered }]);
  expect(again.prompts).toEqual([prompt]);
  expect(again.given).toEqual({ turnId, runId: RUN });
});

test('a kill at any byte of the last line loses that line only', () => {
  const journal = open();
  journal.append(event(1));
  const whole = readFileSync(file());
  journal.append(event(2));
  const longer = readFileSync(file());
  for (let cut = whole.length; cut < longer.length; cut += 1) {
    writeFileSync(file(), longer.subarray(0, cut));
    const again = open();
    expect(again.state.lastEvent).toBe(1);
    again.append(event(2));
    expect(open().state.pending.map(({ n }) => n)).toEqual([1, 2]);
  }
});

test('a journal of another epoch is discarded, and numbers start at 1 under a new boot id', () => {
  open(1).append(event(1));
  const next = open(2, '00000000-0000-4000-8000-000000000002');
  expect(existsSync(file(1))).toBe(false);
  expect(next.state).toMatchObject({ epoch: 2, lastEvent: 0, pending: [] });
  expect(next.state.bootId).toBe('00000000-0000-4000-8000-000000000002');
});

test('a file under the right name that holds another epoch is begun anew', () => {
  open(1).append(event(1));
  writeFileSync(file(2), readFileSync(file(1)));
  expect(open(2).state.lastEvent).toBe(0);
});

test('damage before the last line is an error, since events would be missing', () => {
  const journal = open();
  appendFileSync(file(), 'garbage\n');
  journal.close();
  expect(() => open()).toThrow();
});

test('a prompt that is delivered twice is taken once, also after its turn ended', () => {
  const journal = open();
  journal.append({ t: 'command', n: 1, command: prompt }, { t: 'command', n: 2, command: prompt });
  expect(journal.state.prompts).toHaveLength(1);
  journal.append(event(1, finished));
  journal.append({ t: 'command', n: 3, command: prompt });
  expect(journal.state.prompts).toEqual([]);
  expect(journal.state.lastCommand).toBe(3);
});

test('the end of a waiting prompt leaves the story of the running turn alone', () => {
  const journal = open();
  const waiting = { ...prompt, turnId: otherTurn };
  journal.append({ t: 'command', n: 1, command: prompt }, { t: 'command', n: 2, command: waiting });
  journal.append({ t: 'turn', turnId, runId: RUN }, event(1));
  journal.append(event(2, { ...finished, turnId: otherTurn, outcome: 'stopped' }));
  expect(journal.state.given?.turnId).toBe(turnId);
  expect(journal.state.turnEvents).toContainEqual(delivered);
});

test('a long journal is written anew when nothing is in the air, and says the same', () => {
  const journal = open();
  const partId = PartId.parse('prt_2');
  const text = 'x'.repeat(300_000);
  journal.append({ t: 'command', n: 7, command: prompt }, { t: 'turn', turnId, runId: RUN });
  for (const offset of [0, 300_000, 600_000, 900_000]) {
    journal.append({ t: 'text', checkpoint: { turnId, partId, offset, text, isReplacement: false } });
  }
  journal.compact();
  expect(readFileSync(file()).length).toBeGreaterThan(1_000_000);
  journal.append(event(1, finished), { t: 'ack', n: 1 });
  const before = journal.state;
  journal.compact();
  expect(readFileSync(file()).length).toBeLessThan(1_000);
  expect(journal.state).toEqual(before);
  journal.append(event(2));
  expect(open().state).toEqual(journal.state);
});
