import { spawn } from 'node:child_process';
import { PictureAnswer, type PictureRequest } from '../../../picture/protocol';

/** Each costs the model as much as a long text. */
export const MAX_PER_TURN = 20;
/** Longer than all that the program itself waits for. */
const TIMEOUT_MS = 60_000;

const DESCRIPTION = `Takes a picture of a web page that runs in this sandbox, or of an HTML or SVG file of the repository.
The people in this session see it right away, and you get it as an image. Use it to check how something looks, and to
show what you changed. Start a server in the background first, and make sure that it answers.`;

/** OpenCode asks for all of them, and checks none. */
const ARGUMENTS = {
  page: {
    type: 'string',
    description:
      'Address of a page of this sandbox, such as http://localhost:3000/, or a path in the repository',
  },
  viewport: { type: 'string', enum: ['desktop', 'phone'], description: '1280 x 800, or 390 x 844' },
  wholePage: {
    type: 'boolean',
    description: 'Everything down to the end of the page, and not one screen of it',
  },
  waitFor: { type: 'string', description: 'CSS selector that must be visible first; empty for none' },
};

interface ToolContext {
  sessionID: string;
  abort: AbortSignal;
}

interface ToolResult {
  title: string;
  output: string;
  metadata: object;
  attachments: { type: 'file'; mime: string; filename: string; url: string }[];
}

/** The agent's tool that takes pictures of pages, with its count for each of the agent's sessions. */
export class Screenshots {
  readonly #folder: string;
  readonly #program: string;
  readonly #taken = new Map<string, number>();

  /** `folder` is the repository, `program` our `picture.mjs`. */
  constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  /** The next turn has all of its pictures again. */
  turnEnded(sessionId: string): void {
    this.#taken.delete(sessionId);
  }

  /** As OpenCode takes a tool of a plugin. What it throws is the tool's error, which the agent reads. */
  tool(): object {
    return {
      description: DESCRIPTION,
      args: ARGUMENTS,
      execute: (args: Record<string, unknown>, context: ToolContext) => this.#take(args, context),
    };
  }

  async #take(args: Record<string, unknown>, { sessionID, abort }: ToolContext): Promise<ToolResult> {
    const request = readRequest(args, this.#folder);
    const taken = this.#taken.get(sessionID) ?? 0;
    if (taken >= MAX_PER_TURN)
      throw new Error(`That would be more than ${MAX_PER_TURN} pictures in one turn.`);
    this.#taken.set(sessionID, taken + 1);
    const answer = await runPicture(this.#program, request, abort);
    if (!answer.ok) throw new Error(answer.why);
    const { mime, base64, width, height, title, address, notes } = answer;
    const size = `${width} x ${height}`;
    return {
      title: `${request.page}, ${request.viewport}`,
      output: [
        `Picture of ${address} (${size} pixels, ${request.viewport}), page title: ${title || 'none'}. It is attached, and everybody in the session sees it.`,
        ...notes,
      ].join('\n'),
      metadata: { address, width, height },
      attachments: [
        { type: 'file', mime, filename: fileName(request, mime), url: `data:${mime};base64,${base64}` },
      ],
    };
  }
}

/** Throws with what is wrong, for the agent to mend. */
function readRequest(args: Record<string, unknown>, folder: string): PictureRequest {
  const { page, viewport = 'desktop', wholePage = false, waitFor = '' } = args;
  if (typeof page !== 'string' || page.trim() === '')
    throw new Error('“page” is an address or a path, as text.');
  if (viewport !== 'desktop' && viewport !== 'phone') throw new Error('“viewport” is desktop or phone.');
  if (typeof wholePage !== 'boolean') throw new Error('“wholePage” is true or false.');
  if (typeof waitFor !== 'string') throw new Error('“waitFor” is a CSS selector, as text.');
  return { page: page.trim(), viewport, isWhole: wholePage, waitFor: waitFor.trim(), folder };
}

function fileName({ page, viewport }: PictureRequest, mime: string): string {
  const words = page
    .replace(/^https?:\/\//, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return `${words || 'page'}-${viewport}.${mime === 'image/png' ? 'png' : 'jpg'}`;
}

/** Runs the program; ended with its browser when the agent is stopped, or after its time. */
async function runPicture(
  program: string,
  request: PictureRequest,
  abort: AbortSignal,
): Promise<PictureAnswer> {
  abort.throwIfAborted();
  const child = spawn('node', [program, JSON.stringify(request)], {
    cwd: request.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its browser is several processes: all of them end together.
    detached: true,
  });
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(kill, TIMEOUT_MS);
  abort.addEventListener('abort', kill);
  try {
    const [out, words] = await Promise.all([textOf(child.stdout), textOf(child.stderr), exited(child)]);
    if (abort.aborted) throw new Error('The picture was not taken: the turn was stopped.');
    if (out === '')
      throw new Error(`The picture was not taken. ${words.trim().split('\n').at(-1) ?? ''}`.trim());
    return PictureAnswer.parse(JSON.parse(out));
  } finally {
    clearTimeout(timer);
    abort.removeEventListener('abort', kill);
    kill();
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function exited(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}
