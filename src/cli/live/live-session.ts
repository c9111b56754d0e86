import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { PromptId, type SessionId } from '@/domain/ids';
import type { SessionSnapshot } from '@/domain/sync/session-stream';
import type { ApiClient } from '../api-client';
import { explainFailure } from '../exit-code';
import { keepPrompt } from '../kept-prompt';
import { MarkdownLines } from '../print/markdown-lines';
import { SessionPrinter } from '../print/session-printer';
import { shortId } from '../print/words';
import { SessionFollower } from '../session-follower';
import type { Terminal } from '../terminal';
import { answerByKey, answerInWords } from './answer-keys';
import { Composer, type Key } from './composer';
import { footerOf, openAsk, runningTurn } from './footer-lines';
import { Keyboard } from './keyboard';
import { Screen } from './screen';
import { SessionActions } from './session-actions';

const TICK_MS = 1_000;
/** A second that took so long was a sleep. */
const ASLEEP_MS = 8_000;
/** An ask is answered by a key only once people had time to see it, not by what they were typing just then. */
const SEEN_MS = 700;

interface LiveOptions {
  api: ApiClient;
  sessionId: SessionId;
  isReadOnly: boolean;
}

/** Somebody in a session at a terminal: it scrolls by above, and the last lines are theirs to type in. */
export class LiveSession {
  readonly #options: LiveOptions;
  readonly #terminal: Terminal;
  readonly #follower: SessionFollower;
  readonly #actions: SessionActions;
  readonly #screen: Screen;
  readonly #printer: SessionPrinter;
  readonly #composer = new Composer();
  #markdown: MarkdownLines;
  /** What was asked of the server and is not answered yet. */
  readonly #underWay = new Set<Promise<void>>();
  #isPreceded = false;
  #askedSince: { askId: string; ms: number } | null = null;
  #isLeft = false;
  #end: () => void = () => undefined;

  private constructor(terminal: Terminal, options: LiveOptions, follower: SessionFollower) {
    const { style, write } = terminal.show;
    this.#options = options;
    this.#terminal = terminal;
    this.#follower = follower;
    this.#actions = new SessionActions(options.api, options.sessionId);
    this.#screen = new Screen({ write, size: terminal.size, style });
    this.#markdown = new MarkdownLines(style);
    this.#printer = new SessionPrinter({
      ...{ style, isLive: true, write: (text) => this.#screen.write(text) },
      writeText: (text, isStart) => {
        if (isStart) this.#markdown = new MarkdownLines(style);
        this.#screen.write(text, (line) => this.#markdown.line(line));
      },
    });
  }

  /** Resolves with the last of the session when somebody leaves it, or when it is closed to them. */
  static async run(terminal: Terminal, options: LiveOptions): Promise<SessionSnapshot> {
    const follower = await SessionFollower.start(options);
    const live = new LiveSession(terminal, options, follower);
    try {
      await live.#untilLeft();
      // What was sent just before leaving is waited for, and what is still typed is kept.
      await Promise.all(live.#underWay);
      const { text } = live.#composer.draft;
      if (text.trim() !== '') keepPrompt(terminal, { promptId: PromptId.parse(randomUUID()), text });
      return follower.snapshot;
    } finally {
      follower.close();
    }
  }

  async #untilLeft(): Promise<void> {
    const left = new Promise<void>((resolve) => (this.#end = resolve));
    const signal = this.#terminal.interrupted();
    signal.addEventListener('abort', this.#end);
    const keyboard = new Keyboard({
      write: this.#terminal.show.write,
      onKey: (key) => this.#press(key, keyboard),
      onPaste: (text) => this.#paste(text),
    });
    const redraw = (): void => this.#screen.redraw();
    const awake = (): void => {
      keyboard.resume();
      this.#follower.wake();
      this.#screen.redraw();
    };
    process.stdout.on('resize', redraw);
    process.on('SIGCONT', awake);
    const stopTicking = this.#tick();
    this.#follower.onSnapshot((snapshot) => this.#show(snapshot));
    this.#follower.onPresence(() => this.#drawFooter());
    this.#show(this.#follower.snapshot);
    try {
      await left;
    } finally {
      stopTicking();
      this.#isLeft = true;
      process.stdout.off('resize', redraw);
      process.off('SIGCONT', awake);
      this.#screen.close();
      keyboard.close();
    }
  }

  #show(snapshot: SessionSnapshot): void {
    if (snapshot.gaps.length > 0 && !this.#isPreceded) {
      this.#isPreceded = true;
      this.#printer.note(
        `· earlier parts are left out; dispatch logs ${shortId(this.#options.sessionId)} has all of it`,
      );
    }
    this.#printer.update(snapshot);
    const ask = openAsk(snapshot.items);
    if (ask?.askId !== this.#askedSince?.askId) {
      this.#askedSince = ask ? { askId: ask.askId, ms: Date.now() } : null;
    }
    this.#drawFooter();
    if (snapshot.state.kind === 'refused') this.#end();
  }

  #drawFooter(): void {
    if (this.#isLeft) return;
    const { snapshot, presence } = this.#follower;
    const { isReadOnly } = this.#options;
    const draft = this.#composer.draft;
    this.#screen.setFooter(footerOf({ snapshot, presence, draft, isReadOnly, nowMs: Date.now() }));
  }

  /** Each second: how long a step takes, and whether this machine slept or came to another network. */
  #tick(): () => void {
    let lastMs = Date.now();
    let network = JSON.stringify(networkInterfaces());
    const timer = setInterval(() => {
      const nowMs = Date.now();
      const present = JSON.stringify(networkInterfaces());
      if (nowMs - lastMs > ASLEEP_MS || present !== network) this.#follower.wake();
      lastMs = nowMs;
      network = present;
      if (runningTurn(this.#follower.snapshot.items)) this.#drawFooter();
    }, TICK_MS);
    return () => clearInterval(timer);
  }

  #press(key: Key, keyboard: Keyboard): void {
    const name = key.ctrl ? `ctrl+${key.name}` : key.name;
    const isEmpty = this.#composer.draft.text === '';
    const always: Record<string, () => void> = {
      'ctrl+c': this.#end,
      ...(isEmpty ? { 'ctrl+d': this.#end } : {}),
      'ctrl+l': () => this.#screen.redraw(),
      'ctrl+z': () => {
        keyboard.pause();
        process.kill(process.pid, 'SIGTSTP');
      },
    };
    const speaking: Record<string, () => void> = {
      return: () => this.#enter(),
      'ctrl+s': () => this.#steer(),
      'ctrl+x': () => this.#stop(),
    };
    const run = always[name] ?? (this.#options.isReadOnly ? () => undefined : speaking[name]);
    if (run) run();
    else if (isEmpty && this.#answerByKey(key)) return;
    else if (this.#composer.press(key)) this.#typed();
  }

  #paste(text: string): void {
    if (this.#options.isReadOnly) return;
    this.#composer.insert(text);
    this.#typed();
  }

  #typed(): void {
    this.#follower.typing(this.#composer.draft.text !== '');
    // A hint for the sandbox alone: what is sent later says what is wrong, if anything is.
    void this.#actions.touch(Date.now()).catch(() => undefined);
    this.#drawFooter();
  }

  #enter(): void {
    const ask = openAsk(this.#follower.snapshot.items);
    const answer = ask ? answerInWords(ask.ask, this.#composer.draft.text) : null;
    if (ask && answer) this.#say(() => this.#actions.answer(ask.askId, answer));
    else this.#say((text) => this.#actions.send(text));
  }

  #steer(): void {
    const turn = runningTurn(this.#follower.snapshot.items);
    if (turn) this.#say((text) => this.#actions.steer(text, turn.turnId));
    else this.#printer.note('· nothing runs that could be steered; Enter sends it as a prompt');
  }

  #stop(): void {
    const turn = runningTurn(this.#follower.snapshot.items);
    if (turn) this.#do(() => this.#actions.stop(turn.turnId));
    else this.#printer.note('· nothing runs, so there is nothing to stop');
  }

  #answerByKey({ text }: Key): boolean {
    const ask = openAsk(this.#follower.snapshot.items);
    const isSeen = this.#askedSince !== null && Date.now() - this.#askedSince.ms >= SEEN_MS;
    const answer = ask && isSeen ? answerByKey(ask.ask, text) : null;
    if (ask && answer) this.#do(() => this.#actions.answer(ask.askId, answer));
    return answer !== null;
  }

  /** Sends what is typed; it comes back to the composer when it could not be sent. */
  #say(send: (text: string) => Promise<void>): void {
    if (this.#composer.draft.text.trim() === '') return;
    const text = this.#composer.take();
    this.#follower.typing(false);
    this.#drawFooter();
    this.#do(
      () => send(text),
      () => this.#composer.putBack(text),
    );
  }

  #do(run: () => Promise<void>, undo: () => void = () => undefined): void {
    const doing = run()
      .catch((error: unknown) => {
        undo();
        this.#printer.note(`! ${explainFailure(error).message}`);
        this.#drawFooter();
      })
      .finally(() => this.#underWay.delete(doing));
    this.#underWay.add(doing);
  }
}
