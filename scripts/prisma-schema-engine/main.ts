// Answers Prisma's command line in place of its native `schema-engine`: the same arguments and the same JSON-RPC on
// standard input and output, by way of Prisma's own WebAssembly build of the engine and its adapter for `pg`.
import { createEngineService } from './answer-call';
import { parseArguments } from './arguments';
import { runCommand } from './run-command';
import { serve } from './serve';
import { engineVersion } from './wasm-engine';

// Prisma reads standard error as lines of JSON, so a warning of Node's own would be taken for a failure.
process.removeAllListeners('warning');

const args = parseArguments(process.argv.slice(2));
if (args.isVersionAsked) process.stdout.write(`schema-engine-wasm ${engineVersion()}\n`);
else if (args.command === undefined) serve(createEngineService(args));
else if (args.datasource === undefined)
  throw new Error(`schema-engine cli ${args.command} needs --datasource`);
else process.exitCode = await runCommand(args.command, args.datasource);
