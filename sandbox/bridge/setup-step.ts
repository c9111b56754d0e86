import {
  DEFAULT_SETUP_TIMEOUT_SECONDS,
  readEnvironment,
  SETUP_SCRIPT,
} from '@/domain/environment/environment';
import type { EventOf, Reason, SessionEvent } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import type { BootResponse } from '@/domain/wire/bridge';
import { explainSetup } from '../setup/explain-setup';
import { endSetup, killSetup, runScript } from '../setup/run-script';
import { runWarmUp } from '../setup/run-warm-up';
import { findScript, readEnvironmentFile } from '../setup/setup-files';
import { SetupLog } from '../setup/setup-log';
import { forgetRecord, readRecord, type SetupRecord, writeRecord } from '../setup/setup-record';
import { tellOutput } from '../setup/tell-output';
import { excludeCaches } from '../workspace/exclude-caches';
import type { Git } from '../workspace/git';
import { isDiskFull } from './disk-full';
import type { BridgeEnvironment } from './environment';
import type { Journal } from './journal';
import type { Outbox } from './outbox';

/** Says which dependencies are installed: where one is another, so are they. */
const LOCK_FILE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|poetry\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|Gemfile\.lock|composer\.lock|mix\.lock)$/;
/** How often a setup is begun that is cut off each time: perhaps it is what kills the bridge. */
const MAX_ATTEMPTS = 3;

export interface SetupOptions {
  environment: BridgeEnvironment;
  journal: Journal;
  outbox: Outbox;
  git: Git;
  /** `environment` counts instead of the repository's file; a builder's sandbox fills the caches after the setup. */
  boot: Pick<BootResponse, 'environment' | 'isBuilder'>;
}

/**
 * Runs the repository's own setup, once for a clone. One that fails is told to people and to the agent, and stops
 * nothing: mending it is work that the agent can do.
 */
export class SetupStep {
  readonly #options: SetupOptions;
  readonly #stopping = new AbortController();

  constructor(options: SetupOptions) {
    this.#options = options;
  }

  /** The repository is cloned anew, so whatever was set up is gone. */
  forget(): void {
    forgetRecord(this.#folder);
  }

  /** A prebuilt clone is on another commit now: what was set up holds for as long as nothing that it is made from changed. */
  forgetIfOutdated(changed: readonly string[]): void {
    if (changed.some((path) => path.startsWith('.dispatch/') || LOCK_FILE.test(path))) this.forget();
  }

  /** Ends a setup that runs, with all that it started. */
  stop(): void {
    this.#stopping.abort();
  }

  /** The sandbox comes to its end: so does what a setup of this life left running. */
  end(): void {
    this.stop();
    killSetup(this.#options.journal.state.bootId);
  }

  /** Resolves when there is nothing (more) to set up, however that went. Errors: JournalFullError. */
  async run(): Promise<void> {
    const { boot, journal } = this.#options;
    if (!journal.state.wasReady) await this.#excludeCaches();
    await this.#setUp();
    if (!boot.isBuilder || journal.state.wasReady || this.#stopping.signal.aborted) return;
    // A disk on which the setup failed is not kept for others.
    if (!journal.state.setup?.reason) await this.#warmUp();
  }

  async #setUp(): Promise<void> {
    if (this.#options.journal.state.wasReady || this.#stopping.signal.aborted) return;
    const record = readRecord(this.#folder);
    if (record && this.#isOver(record)) return;
    // What an earlier bridge of this life began and was killed over.
    if (record?.outcome === 'running') await endSetup(this.#options.journal.state.bootId);
    const script = await findScript(this.#options.git);
    const { environment, complaint } = await this.#environment();
    if (script.type === 'none') {
      this.#tell(...this.#logs([complaint]));
      this.#remember({ outcome: 'absent', hash: '', attempts: 0 });
      return;
    }
    if (this.#options.journal.state.setup === null) this.#tell(this.#phase(null), ...this.#logs([complaint]));
    if (script.type === 'refused') {
      this.#fail(
        { outcome: 'failed', hash: '', attempts: 0 },
        { end: { type: 'not_started', why: script.why } },
      );
      return;
    }
    const attempts = attemptsBefore(record, { hash: script.hash, epoch: this.#epoch }) + 1;
    const { setupTimeoutSeconds = DEFAULT_SETUP_TIMEOUT_SECONDS } = environment;
    await this.#attempt({ outcome: 'running', hash: script.hash, attempts }, setupTimeoutSeconds);
  }

  /** What an agent has to be told at its start, with the setup that failed before it among it. */
  withNews(boot: BootResponse): BootResponse {
    const reason = this.#options.journal.state.setup?.reason;
    if (!reason) return boot;
    const news = `The repository’s setup (${SETUP_SCRIPT}), which runs before you start, failed, so parts of its environment may be missing: ${reason.message}`;
    const withIt = (text: string): string => (text === '' ? news : `${text}\n\n${news}`);
    return { ...boot, history: withIt(boot.history), missed: withIt(boot.missed) };
  }

  /** Whether there is nothing to do: on a disk that was kept, only what had not succeeded there is tried again. */
  #isOver({ outcome, epoch }: SetupRecord): boolean {
    if (outcome === 'succeeded' || outcome === 'absent') return true;
    return (
      epoch === this.#epoch && (outcome === 'failed' || this.#options.journal.state.setup?.reason != null)
    );
  }

  async #attempt(begun: Omit<SetupRecord, 'epoch'>, timeoutSeconds: number): Promise<void> {
    if (begun.attempts > MAX_ATTEMPTS) {
      this.#fail(begun, { end: { type: 'cut_off', times: MAX_ATTEMPTS } });
      return;
    }
    if (begun.attempts > 1) this.#tell(...this.#logs(['\n… the setup was cut off, and begins again …\n']));
    this.#remember(begun);
    const log = new SetupLog();
    const ended = runScript({
      ...this.#scriptRun(),
      argv: ['bash', SETUP_SCRIPT],
      timeoutMs: timeoutSeconds * 1_000,
      onOutput: (chunk) => log.add(chunk),
    });
    const end = await tellOutput(ended, log, this.#teller());
    if (end.type === 'stopped') this.#tell(...this.#logs(log.rest()));
    else if (end.type !== 'exited' || end.code !== 0) this.#fail(begun, { end, log, timeoutSeconds });
    else {
      this.#tell(...this.#logs(log.rest()));
      this.#remember({ ...begun, outcome: 'succeeded' });
    }
  }

  async #excludeCaches(): Promise<void> {
    const { environment } = await this.#environment();
    const refused = await excludeCaches(this.#options.git, environment.caches ?? []);
    const lines = refused.map((path) => `${path} holds files of the repository, so it is kept as no cache\n`);
    if (this.#options.journal.state.setup === null) this.#tell(...this.#logs(lines));
  }

  async #warmUp(): Promise<void> {
    const { environment } = await this.#environment();
    const { warmUp: commands = [], setupTimeoutSeconds } = environment;
    if (commands.length === 0) return;
    const timeoutSeconds = setupTimeoutSeconds ?? DEFAULT_SETUP_TIMEOUT_SECONDS;
    await runWarmUp({ commands, run: this.#scriptRun(), timeoutSeconds, ...this.#teller() });
  }

  /** What somebody saved for the repository in the settings, else what stands in the clone. */
  async #environment(): ReturnType<typeof readEnvironmentFile> {
    const saved = this.#options.boot.environment;
    if (saved === null) return readEnvironmentFile(this.#options.git);
    return { environment: readEnvironment(saved).environment, complaint: '' };
  }

  #scriptRun() {
    const { environment, journal, git } = this.#options;
    const { HOME: home, PATH: path } = environment;
    const { bootId: runId } = journal.state;
    return { folder: git.folder, state: this.#folder, home, path, runId, signal: this.#stopping.signal };
  }

  #teller() {
    return { tell: (text: string) => this.#tell(...this.#logs([text])), stop: () => this.stop() };
  }

  #fail(
    begun: Omit<SetupRecord, 'epoch'>,
    { log, ...failure }: Omit<Parameters<typeof explainSetup>[0], 'lastWords'> & { log?: SetupLog },
  ): void {
    const reason = explainSetup({ ...failure, lastWords: log?.lastWords(MAX_LAST_WORDS) ?? '' });
    this.#tell(...this.#logs(log?.rest() ?? []), this.#phase(reason));
    this.#remember({ ...begun, outcome: 'failed' });
  }

  #tell(...events: SessionEvent[]): void {
    if (events.length > 0) this.#options.outbox.tell(...events);
  }

  #phase(reason: Reason | null): EventOf<'sandbox.phase'> {
    return { kind: 'sandbox.phase', epoch: this.#epoch, phase: 'setup', isolation: null, reason };
  }

  #logs(texts: readonly string[]): EventOf<'setup.log'>[] {
    const said = texts.filter((text) => text !== '');
    return said.map((text) => ({ kind: 'setup.log', epoch: this.#epoch, text: cutText(text, 9_000) }));
  }

  #remember(record: Omit<SetupRecord, 'epoch'>): void {
    try {
      writeRecord(this.#folder, { ...record, epoch: this.#epoch });
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      // That it runs once more is the worst that comes of it.
      console.error(`bridge: what became of the setup could not be written down: ${String(error)}`);
    }
  }

  get #folder(): string {
    return this.#options.environment.DISPATCH_STATE;
  }

  get #epoch(): number {
    return this.#options.environment.DISPATCH_EPOCH;
  }
}

/** A row of a list shows less; the whole is in the log. */
const MAX_LAST_WORDS = 500;

/** How often this script was begun in this life and never came to an end. */
function attemptsBefore(record: SetupRecord | null, now: { hash: string; epoch: number }): number {
  const isSame = record?.outcome === 'running' && record.epoch === now.epoch && record.hash === now.hash;
  return isSame ? record.attempts : 0;
}
