import { readEnvironment, type Environment } from './environment';
import { ApiClient } from './api-client';
import { readConfig } from './config-file';
import { AppError } from '@/domain/errors';
import { styleFor, type Style } from './print/style';

/** Where the embedded stack of this machine listens. */
const DEFAULT_SERVER = 'http://127.0.0.1:3000';

/** What a command sees of the world around it. */
export interface Terminal {
  environment: Environment;
  isJson: boolean;
  cwd: string;
  /** Results: what a pipe is for. */
  out: (text: string) => void;
  /** Progress, and everything that is for people only. */
  err: (text: string) => void;
  /** Where a session is shown: standard output, or standard error when that holds JSON. */
  show: { write: (text: string) => void; isLive: boolean; style: Style };
  readStdin: () => Promise<string>;
  isStdinTty: boolean;
  /** Aborted by Ctrl-C, once somebody asked for it; until then Ctrl-C ends the process as ever. */
  interrupted: () => AbortSignal;
}

export function openTerminal({ isJson }: { isJson: boolean }): Terminal {
  const environment = readEnvironment();
  const shown = isJson ? process.stderr : process.stdout;
  // A reader that has seen enough (`| head`) is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    environment,
    isJson,
    cwd: process.cwd(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    show: {
      write: (text) => void shown.write(text),
      isLive: shown.isTTY,
      style: styleFor(shown.isTTY && environment.hasColour),
    },
    readStdin,
    isStdinTty: process.stdin.isTTY,
    interrupted: () => {
      const controller = new AbortController();
      process.once('SIGINT', () => controller.abort());
      process.once('SIGTERM', () => controller.abort());
      return controller.signal;
    },
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array)); // no encoding is set
  return Buffer.concat(chunks).toString('utf8');
}

/** The server that commands go to: the environment's, else the one signed in to, else this machine's. */
export function serverOf(environment: Environment, given?: string): string {
  const address =
    given ?? environment.server ?? readConfig(environment.configFolder)?.server ?? DEFAULT_SERVER;
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new AppError(
      'bad_input',
      `“${address}” is no address of a server. Give one like https://dispatch.example.`,
    );
  }
  return address.replace(/\/+$/, '');
}

/** The server's procedures as the person who signed in. A token belongs to its server and goes to no other. */
export function connect({ environment }: Pick<Terminal, 'environment'>): ApiClient {
  const server = serverOf(environment);
  const kept = readConfig(environment.configFolder);
  const token = environment.token ?? (kept?.server === server ? kept.token : null);
  if (token === null) throw new AppError('unauthenticated', `You are not signed in to ${server}.`);
  return new ApiClient(server, token);
}
