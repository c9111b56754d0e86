import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_PER_TURN, Screenshots } from './screenshots';

interface Tool {
  execute: (args: object, context: { sessionID: string; abort: AbortSignal }) => Promise<{ output: string }>;
}

interface Given {
  args: object;
  session: string;
  abort: AbortController;
}

const ANSWER = {
  ok: true,
  mime: 'image/png',
  base64: 'AAAA',
  width: 8,
  height: 4,
  title: 'Home',
  address: 'http://localhost:3000/',
  notes: ['The server answered with 404.'],
};
const PAGE = { page: 'http://localhost:3000/a?b', viewport: 'phone', wholePage: false, waitFor: '' };

let folder: string;
let program: string;
let screenshots: Screenshots;

/** Takes a picture with a program of these lines in place of the real one. */
function take(
  lines: string,
  { args = PAGE, session = 'ses_1', abort = new AbortController() }: Partial<Given> = {},
) {
  writeFileSync(program, lines);
  const tool = screenshots.tool() as Tool; // as OpenCode sees it
  return tool.execute(args, { sessionID: session, abort: abort.signal });
}
const answering = (answer: object): string =>
  `process.stdout.write(${JSON.stringify(JSON.stringify(answer))})`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: there is no such process
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-screenshots-'));
  program = join(folder, 'picture.mjs');
  screenshots = new Screenshots(folder, program);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the agent’s tool for pictures', () => {
  it('gives the picture and what is to be known of it', async () => {
    const { output, ...rest } = await take(answering(ANSWER));
    expect(output).toMatch(/8 x 4 pixels, phone.*title: Home[^]*answered with 404/);
    expect(rest).toEqual({
      title: 'http://localhost:3000/a?b, phone',
      metadata: { address: 'http://localhost:3000/', width: 8, height: 4 },
      attachments: [
        {
          type: 'file',
          mime: 'image/png',
          filename: 'localhost-3000-a-b-phone.png',
          url: 'data:image/png;base64,AAAA',
        },
      ],
    });
  });

  it('says why there is none', async () => {
    const refused = { ok: false, why: 'Nothing listens at localhost:3000.' };
    await expect(take(answering(refused))).rejects.toThrow('Nothing listens at localhost:3000.');
  });

  it.each([
    [{ ...PAGE, page: 7 }, '“page” is an address'],
    [{ ...PAGE, page: ' ' }, '“page” is an address'],
    [{ ...PAGE, viewport: 'watch' }, '“viewport” is desktop or phone'],
    [{ ...PAGE, wholePage: 'yes' }, '“wholePage” is true or false'],
    [{ ...PAGE, waitFor: 1 }, '“waitFor” is a CSS selector'],
  ])('takes no %j', async (args, why) => {
    await expect(take(answering(ANSWER), { args })).rejects.toThrow(why);
  });

  it('does without what has a usual value', async () => {
    expect(await take(answering(ANSWER), { args: { page: 'a.html' } })).toMatchObject({
      title: 'a.html, desktop',
    });
  });

  it('says so of a program that broke off, or says something else', async () => {
    await expect(take('console.error("out of memory"); process.exit(1)')).rejects.toThrow('out of memory');
    await expect(take('process.stdout.write("<html>")')).rejects.toThrow();
    await expect(take(answering({ ok: true }))).rejects.toThrow();
  });

  it('has so many for a turn, and all of them again in the next', async () => {
    for (let n = 0; n < MAX_PER_TURN; n += 1) await take(answering(ANSWER));
    await expect(take(answering(ANSWER))).rejects.toThrow(`more than ${MAX_PER_TURN} pictures`);
    await take(answering(ANSWER), { session: 'ses_2' });
    screenshots.turnEnded('ses_1');
    await take(answering(ANSWER));
  });

  it('leaves nothing running when the turn is stopped', async () => {
    const abort = new AbortController();
    const pids = join(folder, 'pids');
    const hanging = take(
      `import { spawn } from 'node:child_process';
       import { writeFileSync } from 'node:fs';
       const browser = spawn('sleep', ['600'], { stdio: 'inherit' });
       writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + browser.pid);
       setInterval(() => {}, 1000);`,
      { abort },
    );
    const ended = expect(hanging).rejects.toThrow('the turn was stopped');
    await expect
      .poll(() => readFileSync(pids, { encoding: 'utf8', flag: 'a+' }), { timeout: 20_000 })
      .not.toBe('');
    abort.abort();
    await ended;
    for (const pid of readFileSync(pids, 'utf8').split(' ').map(Number)) {
      await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    }
  });
});
