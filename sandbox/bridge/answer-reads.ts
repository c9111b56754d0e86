import { z } from 'zod';
import type { NumberedCommand } from '@/domain/wire/bridge';
import { type ReadAnswer, type ReadCommand, type ReadReport, WorkPath } from '@/domain/wire/reads';
import { isCloned } from '../workspace/clone';
import type { Git } from '../workspace/git';
import { readFile, readNames, readTree, refuse } from '../workspace/read-files';
import type { PortDesk } from './ports/port-desk';
import type { ServerClient } from './server-client';

/** How many are worked on at once; the agent's turn has the disk and the machine for itself otherwise. */
const MAX_AT_ONCE = 3;
/** Above this nobody who waits can be answered in time. */
const MAX_WAITING = 50;
/** As long as somebody waits for an answer at the server, about. */
const REPORT_TIMEOUT_MS = 8_000;

export interface AnswerReadsOptions {
  server: ServerClient;
  git: Git;
  ports: Pick<PortDesk, 'list'>;
  epoch: number;
}

/**
 * Answers what people want to see of the repository, beside everything else that the bridge does: a turn, a stop or
 * a sync never waits for it. What can't be answered or told is dropped, since who asked asks again.
 */
export class AnswerReads {
  readonly #options: AnswerReadsOptions;
  readonly #waiting: ReadCommand[] = [];
  #working = 0;

  constructor(options: AnswerReadsOptions) {
    this.#options = options;
  }

  onCommands(commands: readonly NumberedCommand[]): void {
    for (const { command } of commands) {
      const isOurs = command.type === 'read' && command.epoch === this.#options.epoch;
      if (isOurs && this.#waiting.length < MAX_WAITING) this.#waiting.push(command);
    }
    while (this.#working < MAX_AT_ONCE && this.#waiting.length > 0) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working += 1;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await this.#report(next.requestId, await this.#answer(next));
      } catch (error) {
        console.error(`bridge: a look at the files was not answered: ${String(error)}`);
      }
    }
    this.#working -= 1;
  }

  async #answer({ what, path }: ReadCommand): Promise<ReadAnswer> {
    const { git, ports } = this.#options;
    // Asked again here: this side holds the files.
    if (!WorkPath.safeParse(path).success) return refuse('outside', 'This is no path inside the repository.');
    if (!isCloned(git.folder)) return refuse('not_ready', 'The repository is not there yet.');
    switch (what) {
      case 'tree':
        return readTree(git, path);
      case 'file':
        return readFile(git, path);
      case 'names':
        return readNames(git);
      case 'ports':
        return ports.list(git);
    }
  }

  async #report(requestId: string, answer: ReadAnswer): Promise<void> {
    const body: ReadReport = { requestId, answer };
    await this.#options.server.call({
      ...{ method: 'POST', path: '/api/sandbox/reads', body },
      answer: z.object({}),
      timeoutMs: REPORT_TIMEOUT_MS,
    });
  }
}
