import { randomUUID } from 'node:crypto';
import type { SessionId, TurnId } from '@/domain/ids';
import { type Checkpoint, type Delta, type NumberedCommand, SyncResponse } from '@/domain/wire/bridge';
import type { Said } from '../../scripts/shots/stage/played-session';

/** A bridge's side of `sync` and nothing else: it says what it is told to, as fast as it is answered. */
export class BenchBridge {
  readonly #url: string;
  readonly #token: string;
  readonly #epoch: number;
  readonly #bootId = randomUUID();
  #sent = 0;
  #acked = 0;

  constructor({ url, token, epoch }: { url: string; token: string; epoch: number }) {
    this.#url = `${url}/api/sandbox/sync`;
    this.#token = token;
    this.#epoch = epoch;
  }

  async sync(said: {
    events?: readonly Said[];
    deltas?: Delta[];
    checkpoints?: Checkpoint[];
  }): Promise<SyncResponse> {
    const frame = { epoch: this.#epoch, bootId: this.#bootId, first: this.#sent + 1, inFlight: null };
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ ...frame, ackedCommand: this.#acked, events: [], deltas: [], checkpoints: [] },
        ...said,
      }),
    });
    if (!response.ok) throw new Error(`sync answered ${response.status}: ${await response.text()}`);
    const answer = SyncResponse.parse(await response.json());
    this.#sent += said.events?.length ?? 0;
    this.take(answer.commands);
    return answer;
  }

  /** The next sync says that these were taken. */
  take(commands: readonly NumberedCommand[]): void {
    this.#acked = commands.at(-1)?.n ?? this.#acked;
  }
}

/** A session of the bench whose turn runs. */
export interface RunningSession {
  sessionId: SessionId;
  turnId: TurnId;
  channel: string;
  bridge: BenchBridge;
}

let parts = 0;

/** A step of the agent as it begins: the kind of event of which a turn has most. Its title carries what is measured. */
export function toolEvent(turnId: TurnId, title: string): Said {
  parts += 1;
  return {
    kind: 'part.started',
    turnId,
    partId: `prt_bench_${parts}`,
    part: { type: 'tool', tool: 'bash', title, input: '{"command":"npm test"}' },
  };
}
