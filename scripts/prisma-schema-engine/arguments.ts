import { readFileSync } from 'node:fs';
import { z } from 'zod';

const datasourceSchema = z.object({ url: z.string(), shadowDatabaseUrl: z.string().optional() });

/** Where the database is, as Prisma's configuration says. */
export type Datasource = z.infer<typeof datasourceSchema>;

/** What Prisma's command line asks of a schema engine. */
export interface EngineArguments {
  /** Path and text of each schema file. */
  datamodels: [string, string][];
  datasource: Datasource | undefined;
  /** `schema-engine cli <command>` does one thing and ends; without it the engine serves its standard input. */
  command: string | undefined;
  isVersionAsked: boolean;
}

/** Reads the arguments of the native engine. Flags that make no difference here are passed over with their value. */
export function parseArguments(args: readonly string[]): EngineArguments {
  const parsed: EngineArguments = {
    datamodels: [],
    datasource: undefined,
    command: undefined,
    isVersionAsked: false,
  };
  const rest = [...args];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    if (flag === '--version' || flag === '-V') parsed.isVersionAsked = true;
    if (flag !== 'cli' && !flag.startsWith('--')) continue;
    const value = rest.shift() ?? '';
    if (flag === 'cli') parsed.command = value;
    else if (flag === '--datamodels') parsed.datamodels.push([value, readFileSync(value, 'utf8')]);
    else if (flag === '--datasource') parsed.datasource = datasourceSchema.parse(JSON.parse(value));
  }
  return parsed;
}
