import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseWall } from '@/embedded/sandboxes/choose-wall';
import { removeTree } from '@/embedded/sandboxes/disk';
import type { Wall } from '@/embedded/sandboxes/wall';
import { standInTools } from '../sandbox-host-process';
import { commandRouterHandlers } from './command-router';
import { ConnectProxy } from './connect-proxy';
import { type ControlPlane, controlPlaneHandlers } from './control-plane';
import {
  type GrpcServer,
  type Handler,
  loadModalInternals,
  type ModalInternals,
  type ServiceDefinition,
} from './definitions';
import { Faults } from './faults';
import { RouterTokens } from './router-tokens';
import { StandInImages } from './stand-in-images';
import type { ExitSnapshots, StandInSandbox } from './stand-in-sandbox';
import { RESULT } from './wire';

/** The published name that the stand-in starts with. */
export const STAND_IN_IMAGE = 'dispatch-sandbox';
const TAGGED = `${STAND_IN_IMAGE}:latest`;

const CREDENTIALS = { tokenId: 'ak-stand-in', tokenSecret: 'as-stand-in' };

/**
 * Stands for Modal on this machine: the real SDK speaks with it over HTTP/2 on loopback, and its sandboxes are real
 * processes, behind bubblewrap where that works. It does not filter what sandboxes connect to, does not hold them to
 * their resources, and builds no images. Where the SDK finds it, `MODAL_SERVER_URL`, is one for the process.
 */
export class ModalStandIn {
  readonly credentials = CREDENTIALS;
  readonly faults: Faults;
  readonly images: StandInImages;
  readonly sandboxes = new Map<string, StandInSandbox>();
  readonly tokens = new RouterTokens();
  /** How exit snapshots come about from now on. */
  exitSnapshots: ExitSnapshots = { release: Promise.resolve(), isFailing: false };
  readonly #internals: ModalInternals;
  readonly #folder: string;
  readonly #wall: Wall;
  readonly #proxy = new ConnectProxy();
  readonly #apps = new Map<string, string>();
  #server: GrpcServer | null = null;
  #port = 0;

  private constructor(folder: string, wall: Wall) {
    this.#internals = loadModalInternals();
    this.#folder = folder;
    this.#wall = wall;
    this.faults = new Faults(this.#internals);
    this.images = new StandInImages(join(folder, 'images'));
    this.#publishImage();
  }

  /** Why its sandboxes are not all at the same paths, as Modal's are; null when they are. */
  static async whyNoWall(): Promise<string | null> {
    const folder = await mkdtemp(join(tmpdir(), 'dispatch-modal-'));
    const { wall, notice } = await wallIn(folder);
    await removeTree(folder);
    return wall.mode === 'bwrap' ? null : notice;
  }

  static async start(): Promise<ModalStandIn> {
    const folder = await mkdtemp(join(tmpdir(), 'dispatch-modal-'));
    const { wall } = await wallIn(folder);
    const standIn = new ModalStandIn(folder, wall);
    await standIn.#proxy.listen();
    await standIn.#listen();
    process.env['MODAL_SERVER_URL'] = `http://127.0.0.1:${standIn.#port}`;
    return standIn;
  }

  /** The published image is deleted. */
  deleteImage(): void {
    this.images.delete(this.images.find(TAGGED) ?? '');
  }

  /** Every connection breaks off, and the next one finds the same sandboxes. */
  async reconnect(): Promise<void> {
    this.disconnect();
    await this.#listen();
  }

  disconnect(): void {
    this.#server?.forceShutdown();
    this.#server = null;
  }

  /** As it was at its start, with images kept. */
  async reset(): Promise<void> {
    this.exitSnapshots = { release: Promise.resolve(), isFailing: false };
    this.faults.clear();
    const all = [...this.sandboxes.values()];
    await Promise.all(all.map((sandbox) => sandbox.end(RESULT.terminated)));
    await Promise.all(all.map(({ kept }) => kept));
    this.sandboxes.clear();
    if (this.images.find(TAGGED) === null) this.#publishImage();
    if (this.#server === null) await this.#listen();
  }

  async stop(): Promise<void> {
    await this.reset();
    this.disconnect();
    await this.#proxy.close();
    delete process.env['MODAL_SERVER_URL'];
    await removeTree(this.#folder);
  }

  #publishImage(): void {
    this.images.publish(TAGGED, this.images.add());
  }

  async #listen(): Promise<void> {
    const { grpc, controlPlane, router } = this.#internals;
    const server = grpc.createServer();
    const [plane, commands] = [controlPlaneHandlers(this.#plane()), commandRouterHandlers(this)];
    server.add(only(controlPlane, plane), plane);
    server.add(only(router, commands), commands);
    this.#port = await server.listen(`127.0.0.1:${this.#port}`);
    this.tokens.servedAt(this.#port);
    this.#server = server;
  }

  #plane(): ControlPlane {
    const { images, faults, tokens, sandboxes, credentials } = this;
    const world = {
      ...{ wall: this.#wall, images, folder: this.#folder },
      exitSnapshots: () => this.exitSnapshots,
    };
    return { ...{ world, faults, tokens, sandboxes, credentials }, proxy: this.#proxy, apps: this.#apps };
  }
}

async function wallIn(folder: string): Promise<{ wall: Wall; notice: string }> {
  const tools = await standInTools(join(folder, 'tools'));
  return chooseWall({ dataDir: join(folder, 'data'), tools, mode: 'auto' });
}

/** What is not answered here is answered as not implemented, which the SDK reports. */
function only(definition: ServiceDefinition, handlers: Record<string, Handler>): ServiceDefinition {
  const methods = Object.entries(definition.methods).filter(([name]) => name in handlers);
  return { ...definition, methods: Object.fromEntries(methods) };
}
