import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { type SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';

/** What the WebAssembly module needs beside its imports; the package's types leave these out. */
interface Loader {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
  version(): string;
  SchemaEngine: {
    new: (
      options: { datamodels: [string, string][] | undefined },
      log: (line: string) => void,
      adapter: ReturnType<typeof bindMigrationAwareSqlAdapterFactory>,
    ) => Promise<SchemaEngine>;
  };
}

const gluePath = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');

let panic = '';

/** What the engine said when it panicked last, or nothing. A panic itself arrives as an uncaught exception. */
export function lastPanic(): string {
  return panic;
}

function instantiate(): Loader {
  // The name under which the module looks for somewhere to put a panic's message.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      get: lastPanic,
      set_message: (message: string) => {
        panic = `RuntimeError: ${message}`;
      },
    },
  });
  const module = new WebAssembly.Module(readFileSync(gluePath.replace(/\.js$/, '.wasm')));
  // The module's imports are exactly the functions that its own glue file exports.
  const imports = { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports };
  const { exports } = new WebAssembly.Instance(module, imports);
  // The glue's exports by the interface above, taken from the file that wasm-bindgen wrote.
  const loader = glue as unknown as Loader;
  loader.__wbg_set_wasm(exports);
  // Every module of wasm-bindgen exports this one, without parameters.
  const { __wbindgen_start: start } = exports as { __wbindgen_start: () => void };
  start();
  return loader;
}

/** What the engine calls its version: the commit of Prisma's engines that it was built from. */
export function engineVersion(): string {
  return instantiate().version();
}

/** Starts Prisma's schema engine over an adapter. */
export async function startEngine(
  datamodels: [string, string][],
  adapter: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  const options = { datamodels: datamodels.length === 0 ? undefined : datamodels };
  return instantiate().SchemaEngine.new(options, () => {}, bindMigrationAwareSqlAdapterFactory(adapter));
}
