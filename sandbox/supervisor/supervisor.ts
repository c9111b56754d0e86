import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from './environment';
import { killGroup, killMarked } from './kill-processes';
import {
  AGENT_RUN_VARIABLE,
  type AgentLaunch,
  EXIT_FENCED,
  EXIT_WANTED,
  type FromSupervisor,
  MODEL_PROXY_ROLE,
  type RunningAgent,
  ToSupervisor,
} from './messages';
import { afterDeath, type Deaths } from './restart-budget';
import { steadyMs } from '../steady-clock';

/** How long a bridge may take to end in order: it ends the turn and saves the work first. */
const GRACE_MS = 20_000;

export interface SupervisorOptions {
  /** The bridge's bundle; it holds the model proxy too. */
  bridgePath: string;
  /** Environment of the bridge and the proxy. The agent's comes with its launch. */
  env: NodeJS.ProcessEnv;
  stateFolder: string;
  /** Called once, after everything was killed. */
  onEnd: (exitCode: number) => void;
}

/**
 * Keeps three processes alive: bridge, model proxy and agent, each in a process group of its own. It talks to
 * the bridge only and never to the network, so there is little in it that could fail.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  #bridge: ChildProcess | null = null;
  #proxy: ChildProcess | null = null;
  #agent: (RunningAgent & { child: ChildProcess }) | null = null;
  #agentDelayMs = 0;
  #deaths: Deaths = [];
  #isEnding = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#startProxy();
    this.#startBridge();
  }

  /** Asks the bridge to end in order, and ends everything when it did or when its time is up. */
  terminate(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#bridge?.pid === undefined || this.#bridge.exitCode !== null) {
      this.#end(EXIT_WANTED);
      return;
    }
    this.#bridge.kill('SIGTERM');
    setTimeout(() => this.#end(EXIT_WANTED), GRACE_MS).unref();
  }

  #startProxy(): void {
    const child = this.#spawnOwn([MODEL_PROXY_ROLE]);
    this.#proxy = child;
    onExit(child, (detail) => {
      if (!this.#isEnding) this.#restartAfter(`model proxy ${detail}`, () => this.#startProxy());
    });
  }

  #startBridge(): void {
    const child = this.#spawnOwn([]);
    this.#bridge = child;
    child.on('message', (message) => this.#onMessage(ToSupervisor.parse(message)));
    onExit(child, (detail) => {
      if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
      if (this.#isEnding) this.#end(EXIT_WANTED);
      else if (child.exitCode === EXIT_WANTED || child.exitCode === EXIT_FENCED) this.#end(child.exitCode);
      else this.#restartAfter(`bridge ${detail}`, () => this.#startBridge());
    });
  }

  #spawnOwn(args: string[]): ChildProcess {
    return spawn(process.execPath, [this.#options.bridgePath, ...args], {
      env: this.#options.env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  #onMessage(message: ToSupervisor): void {
    switch (message.type) {
      case 'hello': {
        this.#tell({ type: 'welcome', agent: this.#agent && describe(this.#agent) });
        return;
      }
      case 'start-agent': {
        const { runId, launch } = message;
        setTimeout(() => this.#startAgent(runId, launch), this.#agentDelayMs);
        this.#agentDelayMs = 0;
        return;
      }
      case 'stop-agent':
        this.#stopAgent(message.runId);
        return;
    }
  }

  #startAgent(runId: string, launch: AgentLaunch): void {
    if (this.#isEnding) return;
    if (this.#agent) this.#stopAgent(this.#agent.runId);
    const log = openSync(join(this.#options.stateFolder, 'agent.log'), 'w', 0o600);
    const child = spawn(launch.command, launch.args, {
      // The state folder is how a provider finds what strayed from a sandbox that it ends.
      env: childEnvironment({
        ...launch.env,
        DISPATCH_STATE: this.#options.stateFolder,
        [AGENT_RUN_VARIABLE]: runId,
      }),
      cwd: launch.cwd,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    onExit(child, (detail) => this.#onAgentExit({ runId, pid: child.pid }, detail));
    if (child.pid === undefined) return;
    this.#agent = { runId, pid: child.pid, port: launch.port, password: launch.password, child };
    this.#tell({ type: 'agent-started', agent: describe(this.#agent) });
  }

  #onAgentExit(agent: { runId: string; pid: number | undefined }, detail: string): void {
    if (agent.pid !== undefined) killAgent(agent.runId, agent.pid);
    const wasWanted = this.#agent?.runId !== agent.runId;
    if (!wasWanted) this.#agent = null;
    this.#tell({ type: 'agent-exited', runId: agent.runId, detail });
    // A new one is started when the bridge asks, since only it knows how to; here the death is counted.
    if (wasWanted || this.#isEnding) return;
    this.#agentDelayMs = this.#countDeath(`agent ${detail}`) ?? 0;
  }

  /** Its exit is reported like any other, but not counted: it was wanted. */
  #stopAgent(runId: string): void {
    if (this.#agent?.runId !== runId) {
      this.#tell({ type: 'agent-exited', runId, detail: 'was not running' });
      return;
    }
    const { pid } = this.#agent;
    this.#agent = null;
    killAgent(runId, pid);
  }

  #tell(message: FromSupervisor): void {
    if (this.#bridge?.connected !== true) return;
    // A bridge that dies while it is told asks again when it is back.
    this.#bridge.send(message, () => undefined);
  }

  #restartAfter(what: string, restart: () => void): void {
    const delayMs = this.#countDeath(what);
    if (delayMs === null) return;
    setTimeout(() => {
      if (!this.#isEnding) restart();
    }, delayMs);
  }

  #countDeath(what: string): number | null {
    const { deaths, delayMs } = afterDeath(this.#deaths, steadyMs());
    this.#deaths = deaths;
    console.error(`supervisor: ${what}${delayMs === null ? '; too many deaths, giving up' : ''}`);
    if (delayMs === null) this.#end(1);
    return delayMs;
  }

  #end(exitCode: number): void {
    this.#isEnding = true;
    if (this.#agent) killAgent(this.#agent.runId, this.#agent.pid);
    for (const child of [this.#bridge, this.#proxy]) {
      if (child?.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    }
    this.#options.onEnd(exitCode);
  }
}

function describe(agent: RunningAgent): RunningAgent {
  const { runId, pid, port, password } = agent;
  return { runId, pid, port, password };
}

function killAgent(runId: string, pid: number): void {
  killGroup(pid, 'SIGKILL');
  killMarked(AGENT_RUN_VARIABLE, runId);
}

/** Calls back once when a child ended or could not be started. */
function onExit(child: ChildProcess, then: (detail: string) => void): void {
  let isDone = false;
  const once = (detail: string): void => {
    if (isDone) return;
    isDone = true;
    then(detail);
  };
  child.on('error', (error) => {
    if (child.pid === undefined) once(`could not be started: ${error.message}`);
  });
  child.on('exit', (code, signal) =>
    once(signal === null ? `exited with ${code ?? '?'}` : `died of ${signal}`),
  );
}
