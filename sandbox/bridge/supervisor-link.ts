import {
  type AgentLaunch,
  FromSupervisor,
  type RunningAgent,
  type ToSupervisor,
} from '../supervisor/messages';

/** What became of an agent that was asked for. */
export type StartResult = { ok: true; agent: RunningAgent } | { ok: false; detail: string };

/** The bridge's end of the channel to its parent, the supervisor. */
export class SupervisorLink {
  readonly #onExit: (runId: string, detail: string) => void;
  readonly #waiting = new Map<string, (result: StartResult) => void>();
  #welcome: ((agent: RunningAgent | null) => void) | null = null;

  /** `onExit` is called for every end of a running agent, wanted or not. */
  constructor(onExit: (runId: string, detail: string) => void) {
    this.#onExit = onExit;
    process.on('message', (message) => this.#receive(FromSupervisor.parse(message)));
  }

  /** Says hello; resolves to the agent that runs already, after a restart of the bridge. */
  hello(): Promise<RunningAgent | null> {
    return new Promise((resolve) => {
      this.#welcome = resolve;
      this.#send({ type: 'hello' });
    });
  }

  /** Resolves when the process is there, which is before it serves, or when it could not be started. */
  startAgent(runId: string, launch: AgentLaunch): Promise<StartResult> {
    return new Promise((resolve) => {
      this.#waiting.set(runId, resolve);
      this.#send({ type: 'start-agent', runId, launch });
    });
  }

  stopAgent(runId: string): void {
    this.#send({ type: 'stop-agent', runId });
  }

  #receive(message: FromSupervisor): void {
    switch (message.type) {
      case 'welcome':
        this.#welcome?.(message.agent);
        return;
      case 'agent-started':
        this.#settle(message.agent.runId, { ok: true, agent: message.agent });
        return;
      case 'agent-exited':
        this.#settle(message.runId, { ok: false, detail: message.detail });
        this.#onExit(message.runId, message.detail);
        return;
    }
  }

  #settle(runId: string, result: StartResult): void {
    this.#waiting.get(runId)?.(result);
    this.#waiting.delete(runId);
  }

  #send(message: ToSupervisor): void {
    // The supervisor is the parent of every bridge; without one there is nothing to tell.
    process.send?.(message, undefined, undefined, () => undefined);
  }
}
