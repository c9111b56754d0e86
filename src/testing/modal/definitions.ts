import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The release whose insides this was written for; another one may call other methods, or name them otherwise. */
const WRITTEN_FOR = '0.11.1';

export interface ServiceDefinition {
  methods: Record<string, unknown>;
}

/** What a handler sees of a call beside its message. */
export interface CallContext {
  metadata: { get(name: string): unknown };
  trailer: { set(name: string, value: Uint8Array): void };
  signal: AbortSignal;
}

export type Handler = (request: never, context: CallContext) => unknown;

export interface GrpcServer {
  add(definition: ServiceDefinition, implementation: Record<string, Handler>): void;
  listen(address: string): Promise<number>;
  forceShutdown(): void;
}

interface Encoder {
  create(message: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
}

export interface ModalInternals {
  controlPlane: ServiceDefinition;
  router: ServiceDefinition;
  RPCStatus: Encoder;
  RPCRetryPolicy: Encoder;
  grpc: { createServer(): GrpcServer; ServerError: new (code: number, details: string) => Error };
}

/**
 * The service definitions that the installed SDK was generated with. It exports none, so its own bundle is compiled
 * in memory with one more line; nothing of it is copied. Throws for another release than 0.11.1.
 */
export function loadModalInternals(): ModalInternals {
  const entry = createRequire(import.meta.url).resolve('modal');
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  const { version } = z.object({ name: z.literal('modal'), version: z.string() }).parse(manifest);
  if (version !== WRITTEN_FOR)
    throw new Error(`The stand-in is written for modal@${WRITTEN_FOR}, and modal@${version} is installed.`);
  const bundle = new Module(entry);
  bundle.filename = entry;
  // Packages are looked for where the SDK would look, so that both sides have the same copies.
  bundle.paths = createRequire(entry).resolve.paths('modal') ?? [];
  const names = ['ModalClientDefinition', 'TaskCommandRouterDefinition', 'RPCStatus', 'RPCRetryPolicy'];
  const source = `${readFileSync(entry, 'utf8')}\n;module.exports = { ${names.join(', ')} };`;
  // Node's types leave this method out.
  (bundle as Module & { _compile(source: string, filename: string): void })._compile(source, entry);
  // The line above exports just these, and the version was looked at.
  const found = bundle.exports as Exported;
  const grpc = bundle.require('nice-grpc') as ModalInternals['grpc'];
  const { ModalClientDefinition: controlPlane, TaskCommandRouterDefinition: router } = found;
  return { controlPlane, router, RPCStatus: found.RPCStatus, RPCRetryPolicy: found.RPCRetryPolicy, grpc };
}

interface Exported {
  ModalClientDefinition: ServiceDefinition;
  TaskCommandRouterDefinition: ServiceDefinition;
  RPCStatus: Encoder;
  RPCRetryPolicy: Encoder;
}
