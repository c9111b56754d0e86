import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import type { PartId } from '@/domain/ids';
import { anyLog } from '@/testing/any-session';
import { LogWriter, promptId, richLog } from '@/testing/event-log';
import { parseEvent } from '@/domain/events/parse-event';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { SessionPrinter } from './session-printer';
import { styleFor } from './style';

/** A printer with what it wrote. */
class Paper {
  text = '';
  readonly printer: SessionPrinter;

  constructor({ isLive = false, hasColour = false } = {}) {
    const write = (text: string): void => void (this.text += text);
    this.printer = new SessionPrinter({ write, isLive, style: styleFor(hasColour) });
  }

  show(events: readonly LoggedEvent[], live: Record<string, string> = {}): string {
    const before = this.text.length;
    // The keys of a test's object are ids of parts.
    const texts = new Map(Object.entries(live) as [PartId, string][]);
    this.printer.update({ items: itemsOf(addEvents(EMPTY_TIMELINE, events)), live: texts });
    return this.text.slice(before);
  }
}

function writing(): LogWriter {
  const log = new LogWriter().create();
  log.send('write a poem');
  log.boot();
  log.deliver();
  return log;
}

describe('a session on paper', () => {
  it('reads like the session', () => {
    expect(new Paper().show(richLog())).toMatchInlineSnapshot(`
      "Add a dark mode toggle
      demo · main → dispatch/dark-mode · Stand-in (a stand-in: set a model key for a real one)

      Ada
        Add a dark mode toggle
      · a sandbox is requested
      · the sandbox boots
      · cloning the repository
      · running the setup
      · starting the agent
      · the sandbox is ready
        installed 3 packages
      ▸ thought for 1.5 s
      ▸ bash npm test · 90 ms
      ▸ todo  ✓ find theme  ● write toggle
      ▸ changed 1 file  +86 −12  src/theme.ts
      The toggle stores its state.
      · Ben joined as a participant
      ✓ completed · 1 step · 21.0 s · $0.0125

      Ben
        also on the login page
      ■ stopped: The model is away. · 0 steps · 4.0 s
      ? an event that this dispatch does not know (from.the.future): update it
      "
    `);
  });

  it('says nothing twice: the same snapshot adds nothing', () => {
    const paper = new Paper();
    paper.show(richLog());
    const once = paper.text;
    paper.show(richLog());
    expect(paper.text).toBe(once);
  });

  it('only ever adds, and ends with every finished text on it, whatever the session', () => {
    fc.assert(
      fc.property(anyLog(), fc.boolean(), (log, isLive) => {
        const paper = new Paper({ isLive });
        for (let seq = 1; seq <= log.length; seq += 3) paper.show(log.slice(0, seq));
        paper.show(log);
        paper.printer.end();
        for (const { event } of log) {
          if (event.kind !== 'part.finished' || event.part.type !== 'text') continue;
          const [line = ''] = event.part.text.trimEnd().split('\n');
          if (/^[\w ]+$/.test(line)) expect(paper.text).toContain(line);
        }
        expect(paper.text).not.toContain('undefined');
      }),
      { numRuns: 40 },
    );
  });

  it('prints text as it is written, once, and ends it with the log’s text', () => {
    const log = writing();
    const part = log.startPart();
    const paper = new Paper({ isLive: true });
    paper.show(log.events);
    expect(paper.show(log.events, { [part]: 'Roses ' })).toBe('Roses ');
    expect(paper.show(log.events, { [part]: 'Roses are\nred' })).toBe('are\nred');
    log.finishPart(part, 'Roses are\nred, violets');
    expect(paper.show(log.events)).toBe(', violets\n');
  });

  it('holds back what else happens until the text that is being written has ended', () => {
    const log = writing();
    const part = log.startPart();
    const paper = new Paper({ isLive: true });
    paper.show(log.events, { [part]: 'Roses' });
    log.send('and another');
    expect(paper.show(log.events, { [part]: 'Roses are' })).toBe(' are');
    log.finishPart(part, 'Roses are red');
    expect(paper.show(log.events)).toBe(' red\n· waits: Ada: and another\n');
  });

  it('on a pipe prints a text when it is finished, as a whole', () => {
    const log = writing();
    const part = log.startPart();
    const paper = new Paper();
    paper.show(log.events);
    expect(paper.show(log.events, { [part]: 'Roses' })).toBe('');
    log.finishPart(part, 'Roses are red');
    expect(paper.show(log.events)).toBe('Roses are red\n');
  });

  it.each([true, false])('keeps what there is of a text that its turn’s end cut off (live: %s)', (isLive) => {
    const log = writing();
    const part = log.startPart();
    const paper = new Paper({ isLive });
    paper.show(log.events, { [part]: 'Roses' });
    log.finish('interrupted');
    paper.show(log.events, { [part]: 'Roses are' });
    paper.show(log.events, { [part]: 'Roses are' });
    expect(paper.text.match(/Roses/g)).toHaveLength(1);
    expect(paper.text).toContain('Roses are\n! interrupted: The model is away.');
  });

  it('says that a setup failed, and goes on', () => {
    const log = new LogWriter().create();
    log.send('one');
    const phase = { kind: 'sandbox.phase', epoch: 1, phase: 'setup', isolation: null } as const;
    const message = 'The setup failed with exit status 3. It printed last: no\nsuch package';
    log.report({ ...phase, reason: null }, { ...phase, reason: { code: 'setup_failed', message } });
    log.report({ ...phase, phase: 'ready', reason: null });
    expect(new Paper().show(log.events)).toContain(
      '\n! The setup failed with exit status 3. It printed last: no such package\n· the sandbox is ready',
    );
  });

  it('makes what an agent or a repository wrote harmless, on every line', () => {
    const evil = '\u001b]0;owned\u0007\u202e';
    const log = new LogWriter();
    const url = 'https://x.test/x.git';
    log.command({
      ...{ type: 'create', title: evil, baseBranch: evil, branch: evil },
      repository: { kind: 'git', name: evil, url },
      model: { id: evil, label: evil, standIn: false },
    });
    log.send(evil);
    log.boot();
    log.report({ kind: 'setup.log', epoch: 1, text: evil });
    log.deliver();
    const tool = log.startPart({ type: 'tool', tool: evil, title: evil, input: evil });
    const { turnId } = log.state.running!;
    log.report(
      {
        kind: 'part.finished',
        ...{ turnId, partId: tool },
        part: {
          ...{ type: 'tool', tool: evil, title: evil, input: evil, status: 'error' },
          ...{ output: evil, outputBlob: null, attachments: [], durationMs: 1 },
        },
      },
      { kind: 'todo.updated', turnId, todos: [{ content: evil, status: 'pending' }] },
      { kind: 'turn.retrying', turnId, attempt: 1, message: evil, nextAt: null },
      parseEvent({ kind: evil }),
    );
    const part = log.startPart();
    const paper = new Paper({ isLive: true });
    paper.show(log.events, { [part]: evil });
    log.finishPart(part, evil);
    log.command({ type: 'title', title: evil });
    log.command({ type: 'withdraw', promptId: promptId(9) });
    paper.show(log.events);
    expect(paper.text.match(/owned/g)!.length).toBeGreaterThan(8);
    expect(/[^\P{Cc}\n\t]|\p{Bidi_Control}/u.test(paper.text)).toBe(false);
  });

  it('uses colour only where it may, and says the same without', () => {
    const [plain, coloured] = [new Paper(), new Paper({ hasColour: true })];
    plain.show(richLog());
    coloured.show(richLog());

    expect(coloured.text.replace(/\u001b\[\d+m/g, '')).toBe(plain.text);
    expect(coloured.text).not.toBe(plain.text);
  });
});
