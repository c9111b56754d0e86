import { createInterface } from 'node:readline/promises';
import { readEnvironment, type Environment } from './environment';
import { ApiClient } from './api-client';
import { readConfig, serverFor } from './config-file';
import { AppError } from '@/domain/errors';
import { styleFor, type Style } from './print/style';

/** Where the embedded stack of this machine listens. */
const DEFAULT_SERVER = 'http://127.0.0.1:3000';

/** What a command sees of the world around it. */
export interface Terminal {
  environment: Environment;
  isJson: boolean;
  isQuiet: boolean;
  cwd: string;
  /** Results: what a pipe is for. */
  out: (text: string) => void;
  /** The same for much of it: resolves when the reader is ready for more, so that a slow one fills no memory. */
  outSlowly: (text: string | Uint8Array) => Promise<void>;
  /** Progress, and everything that is for people only; nothing when it shall be quiet. */
  err: (text: string) => void;
  /** What has to be known however quiet it shall be: a failure, where a prompt is kept, a code to type. */
  warn: (text: string) => void;
  /** Where a session is shown: standard output, or standard error when that holds JSON. */
  show: { write: (text: string) => void; isLive: boolean; style: Style };
  /** As it is now, in characters. */
  size: () => { columns: number; rows: number };
  readStdin: () => Promise<string>;
  /** What somebody at the terminal answers, in one line. */
  ask: (question: string) => Promise<string>;
  isStdinTty: boolean;
  /** Somebody sits at it who can be shown a changing screen and press keys. */
  isInteractive: boolean;
  /** Aborted by Ctrl-C, once somebody asked for it; until then Ctrl-C ends the process as ever. */
  interrupted: () => AbortSignal;
}

export function openTerminal({ isJson, isQuiet }: { isJson: boolean; isQuiet: boolean }): Terminal {
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
    ...{ isJson, isQuiet },
    cwd: process.cwd(),
    out: (text) => void process.stdout.write(text),
    outSlowly: (text) => writeSlowly(process.stdout, text),
    err: isQuiet ? () => undefined : (text) => void process.stderr.write(text),
    warn: (text) => void process.stderr.write(text),
    show: {
      write: isQuiet ? () => undefined : (text) => void shown.write(text),
      isLive: shown.isTTY,
      style: styleFor(shown.isTTY && environment.hasColour),
    },
    size: () => ({ columns: shown.columns || 80, rows: shown.rows || 24 }),
    readStdin,
    ask,
    isStdinTty: process.stdin.isTTY,
    isInteractive: process.stdin.isTTY && shown.isTTY && !isJson && !isQuiet && environment.canBeInteractive,
    interrupted: () => {
      const controller = new AbortController();
      process.once('SIGINT', () => controller.abort());
      process.once('SIGTERM', () => controller.abort());
      return controller.signal;
    },
  };
}

function writeSlowly(stream: NodeJS.WriteStream, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (stream.write(text)) resolve();
    else stream.once('drain', resolve);
  });
}

async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    return await Promise.race([reader.question(question), gone]);
  } finally {
    reader.close();
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array)); // no encoding is set
  return Buffer.concat(chunks).toString('utf8');
}

/** The server that commands go to: the environment's, else the folder's own or the one for all, else this machine's. */
export function serverOf(
  { environment, cwd }: Pick<Terminal, 'environment' | 'cwd'>,
  given?: string,
): string {
  const address =
    given ?? environment.server ?? serverFor(readConfig(environment.configFolder), cwd) ?? DEFAULT_SERVER;
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new AppError(
      'bad_input',
      `“${address}” is no address of a server. Give one like https://dispatch.example.`,
    );
  }
  return address.replace(/\/+$/, '');
}

/** The server's procedures as the person who signed in. A token belongs to its server and goes to no other. */
export function connect(terminal: Pick<Terminal, 'environment' | 'cwd'>): ApiClient {
  const { environment } = terminal;
  const server = serverOf(terminal);
  const token = environment.token ?? readConfig(environment.configFolder).servers[server]?.token;
  if (token === undefined) throw new AppError('unauthenticated', `You are not signed in to ${server}.`);
  return new ApiClient(server, token);
}
