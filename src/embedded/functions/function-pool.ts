import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { listen, stopListening } from '../loopback';
import { freePort } from '../stack/free-port';
import { FunctionInstance, type FunctionProgram } from './function-instance';

/** Processes that are kept warm. Each starts in about a second of a core's time. */
const WARM = 5;
/** Fewer than so many that could answer, and none of them is killed or frozen. */
const MIN_ABLE = 3;
const FREEZE = 0.35;
const KILL = 0.06;
const MAX_FROZEN_MS = 4_000;

export interface FunctionPoolOptions {
  /** Where all of them are met. */
  port: number;
  /** What serves the app on a port. */
  program: (port: number) => FunctionProgram;
  /** How long a process has to itself after an answer, for what it put off; platforms promise as much, and break it. */
  graceMs: number;
  /** Chance, in [0, 1). */
  random: () => number;
  onFault: (fault: 'frozen' | 'killed') => void;
}

/**
 * The app as serverless platforms run it: many processes, and whichever answers a request may be frozen or killed the
 * moment that the answer is out, with whatever it meant to do afterwards.
 */
export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #instances = new Set<FunctionInstance>();
  readonly #agent = new Agent({ keepAlive: false, maxSockets: 500 });
  readonly #server = createServer((request, response) => this.#serve(request, response));
  #turn = 0;
  #isStopping = false;

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    this.#server.requestTimeout = 0;
  }

  get port(): number {
    return this.#options.port;
  }

  pids(): number[] {
    return [...this.#instances].flatMap(({ pid }) => pid ?? []);
  }

  /** Throws when no process comes up. */
  async start(): Promise<void> {
    // First of all, since a process that takes any free port might take this one.
    await listen(this.#server, this.port);
    // One after the other, since two cores warm up two no faster.
    for (let index = 0; index < WARM; index += 1) await this.#add();
    if (this.#able().length === 0) throw new Error('no process of the app came up');
    void this.#refill();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#server.listening) await stopListening(this.#server);
    await Promise.all([...this.#instances].map((instance) => instance.end()));
  }

  async #add(): Promise<void> {
    const port = await freePort(0);
    const instance = new FunctionInstance(port, this.#options.program(port));
    this.#instances.add(instance);
    if (!(await instance.warmUp()) || this.#isStopping) {
      await instance.end();
      this.#instances.delete(instance);
    }
  }

  /** Puts new ones in the place of those that died. */
  async #refill(): Promise<void> {
    while (!this.#isStopping) {
      for (const instance of this.#instances) if (!instance.isAlive) this.#instances.delete(instance);
      if (this.#instances.size < WARM) await this.#add();
      else await delay(100);
    }
  }

  #able(): FunctionInstance[] {
    return [...this.#instances].filter(({ isAlive, isReady }) => isAlive && isReady);
  }

  /** The next one in turn that has nothing to do, else the one with the least. */
  #choose(): FunctionInstance | undefined {
    const able = this.#able();
    this.#turn += 1;
    const inTurn = able.map((_, index) => able[(index + this.#turn) % able.length]);
    return (
      inTurn.find((instance) => instance?.inFlight === 0) ?? able.sort((a, b) => a.inFlight - b.inFlight)[0]
    );
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const instance = this.#choose();
    if (!instance) {
      response.writeHead(503).end();
      return;
    }
    instance.thaw();
    instance.inFlight += 1;
    const { method, url: path, headers } = request;
    const onward = forward(
      { host: '127.0.0.1', port: instance.port, method, path, headers, agent: this.#agent },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
    response.once('close', () => {
      onward.destroy();
      instance.inFlight -= 1;
      instance.answered += 1;
      void this.#afterAnswer(instance);
    });
  }

  /** What the platform does with a process that has answered, unless it has something to do again. */
  async #afterAnswer(instance: FunctionInstance): Promise<void> {
    const { random, onFault, graceMs } = this.#options;
    const { answered } = instance;
    if (graceMs > 0) await delay(graceMs);
    if (instance.answered !== answered || instance.isFrozen || this.#isStopping) return;
    const awake = this.#able().filter(({ isFrozen }) => !isFrozen);
    if (instance.inFlight > 0 || !instance.isAlive || awake.length < MIN_ABLE) return;
    if (random() < KILL) {
      instance.kill();
      onFault('killed');
    } else if (random() < FREEZE) {
      instance.freeze();
      onFault('frozen');
      void this.#endFrost(instance, 200 + random() * (MAX_FROZEN_MS - 200));
    }
  }

  /** A frozen one that no request woke is not kept for ever: it is woken, or ended. */
  async #endFrost(instance: FunctionInstance, afterMs: number): Promise<void> {
    await delay(afterMs);
    if (!instance.isFrozen || !instance.isAlive) return;
    if (this.#options.random() < 0.3 && this.#able().length >= MIN_ABLE) {
      instance.kill();
      this.#options.onFault('killed');
    } else {
      instance.thaw();
    }
  }
}
