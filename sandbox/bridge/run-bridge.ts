import { randomUUID } from 'node:crypto';
import { BootResponse, type NumberedCommand } from '@/domain/wire/bridge';
import { EXIT_FENCED, EXIT_WANTED } from '../supervisor/messages';
import { pause } from './alarm';
import { AnswerReads } from './answer-reads';
import { BackOff } from './back-off';
import { Doorbell } from './doorbell';
import type { BridgeEnvironment } from './environment';
import { Journal } from './journal';
import { LiveText } from './live-text';
import { Outbox } from './outbox';
import { PortDesk } from './ports/port-desk';
import { sessionGit } from './prepare-workspace';
import { RefusedError, ServerClient, UnreachableError } from './server-client';
import { SessionWorker } from './session-worker';
import { SyncLoop } from './sync-loop';
import { takeOverDisk } from './take-over-disk';

/** How long the last events may take to reach the server when everything is over. */
const LAST_WORDS_MS = 8_000;

/** Runs a bridge to its end; resolves to its exit code. */
export async function runBridge(environment: BridgeEnvironment): Promise<number> {
  const { DISPATCH_URL, DISPATCH_TOKEN, DISPATCH_STATE, DISPATCH_EPOCH } = environment;
  const server = new ServerClient(DISPATCH_URL, DISPATCH_TOKEN);
  takeOverDisk(environment);
  const journal = Journal.open(DISPATCH_STATE, DISPATCH_EPOCH, randomUUID);
  const boot = await askBoot(server, journal);
  if (!boot) return EXIT_FENCED;
  const live = new LiveText();
  live.resume(journal.state.texts);

  const early: NumberedCommand[] = [];
  let worker: SessionWorker | null = null;
  const git = sessionGit(environment, boot);
  const ports = new PortDesk(environment, git.folder);
  const reads = new AnswerReads({ server, git, ports, epoch: DISPATCH_EPOCH });
  const loop: SyncLoop = new SyncLoop({
    server,
    journal,
    live,
    isOwnRealtime: boot.realtime.host !== null,
    onCommands: (commands) => {
      reads.onCommands(commands);
      if (worker) worker.onCommands(commands);
      else early.push(...commands);
    },
  });
  const onLiveText = (): void => loop.changed();
  const outbox = new Outbox(journal, live, onLiveText);
  worker = new SessionWorker({ environment, boot, server, journal, live, outbox, onLiveText });
  const doorbell = new Doorbell({
    realtime: boot.realtime,
    server,
    onRing: (commands) => loop.rang(commands),
    poll: (signal) => loop.poll(signal),
  });
  const session = worker;
  process.on('SIGTERM', () => session.end());
  process.on('disconnect', () => session.orphaned());

  const ringing = doorbell.run();
  const syncing = loop.run();
  const working = session.run();
  const first = await Promise.race([syncing, working.then(() => null)]);
  if (first === null) await loop.flush(LAST_WORDS_MS);
  doorbell.close();
  loop.close();
  ports.close();
  await ringing;
  const end = await syncing;
  journal.close();
  if (end.type === 'closed') return EXIT_WANTED;
  console.error(`bridge: this life is over: ${end.message}`);
  return EXIT_FENCED;
}

/** Asks until the server answers; null when it says that this life is over. */
async function askBoot(server: ServerClient, journal: Journal): Promise<BootResponse | null> {
  const backOff = new BackOff(200, 5_000);
  const { epoch, bootId } = journal.state;
  for (;;) {
    try {
      return await server.call({
        method: 'POST',
        path: '/api/sandbox/boot',
        body: { epoch, bootId },
        answer: BootResponse,
        timeoutMs: 15_000,
      });
    } catch (error) {
      if (error instanceof RefusedError && error.isFatal) return null;
      if (!(error instanceof RefusedError) && !(error instanceof UnreachableError)) throw error;
      console.error(`bridge: ${error.message}`);
      await pause(backOff.next());
    }
  }
}
