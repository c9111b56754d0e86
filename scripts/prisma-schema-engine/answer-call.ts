import {
  type CreateMigrationInput,
  type DiffParams,
  type DiffTarget,
  type EvaluateDataLossInput,
  type SchemaEngine,
} from '@prisma/schema-engine-wasm/schema_engine_bg';
import { type EngineArguments } from './arguments';
import { createDatabase } from './database-server';
import { createMigrationAdapter, type MigrationAdapter } from './migration-adapter';
import { offlineAdapter } from './offline-adapter';
import { startEngine } from './wasm-engine';

/** Answers Prisma's calls. */
export interface EngineService {
  /** The result of one call. `print` shows text to the person at the terminal. */
  answer(method: string, params: unknown, print: (text: string) => void): Promise<unknown>;
  /** Closes the engine's connections. */
  close(): Promise<void>;
}

const needsNoDatabase = (target: DiffTarget) => target.tag === 'empty' || target.tag === 'schemaDatamodel';

function isMethod(engine: SchemaEngine, name: string): name is Exclude<keyof SchemaEngine, symbol | 'free'> {
  return name !== 'free' && name in engine;
}

async function diff(
  engine: SchemaEngine,
  params: DiffParams,
  print: (text: string) => void,
): Promise<{ exitCode: number }> {
  const { stdout, ...rest } = await engine.diff(params);
  if (stdout) print(stdout.replace(/\n$/, ''));
  return rest;
}

/** Makes the service of one process; the engine starts with the first call that needs it. */
export function createEngineService({ datamodels, datasource }: EngineArguments): EngineService {
  let adapter: MigrationAdapter | undefined;
  let engine: Promise<SchemaEngine> | undefined;

  const databaseAdapter = () => {
    if (datasource === undefined)
      throw new Error(
        'No database is configured: set DATABASE_URL, or start the embedded one with npm run dev.',
      );
    return (adapter ??= createMigrationAdapter(datasource));
  };
  const engineFor = (isOffline: boolean) =>
    (engine ??= startEngine(datamodels, isOffline ? offlineAdapter : databaseAdapter()));

  const answer = async (method: string, params: unknown, print: (text: string) => void): Promise<unknown> => {
    if (method === 'createDatabase') {
      if (datasource === undefined) throw new Error('No database is configured: set DATABASE_URL.');
      return { databaseName: await createDatabase(datasource.url) };
    }
    if (method === 'diff') {
      // Prisma's own command line made the parameters of this method.
      const input = params as DiffParams;
      return diff(await engineFor(needsNoDatabase(input.from) && needsNoDatabase(input.to)), input, print);
    }
    const started = await engineFor(false);
    // These two read the migrations' schema from a cache that only a diagnosis fills, since it alone is given the
    // shadow database; and `migrate dev` diagnoses before it applies what is pending. So it is filled afresh.
    if (method === 'evaluateDataLoss' || method === 'createMigration') {
      // Prisma's own command line made the parameters of these two methods.
      const { migrationsList, filters } = params as EvaluateDataLossInput | CreateMigrationInput;
      await started.devDiagnostic({ migrationsList, filters });
    }
    const name = method === 'getDatabaseVersion' ? 'version' : method;
    if (!isMethod(started, name)) throw new Error(`The schema engine has no method ${method}`);
    // Every method takes the one object that Prisma's command line made for it.
    const result: unknown = await started[name](params as never);
    return result ?? {};
  };

  return { answer, close: async () => adapter?.disposeAll() };
}
