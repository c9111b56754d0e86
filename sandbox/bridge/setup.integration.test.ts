import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BridgeBench } from '@/testing/bridge-bench';
import { call, reply, say } from '@/testing/scripted-reply';
import { SANDBOX_TOKEN } from '@/testing/bridge-sandbox';
import { buildSandbox } from '../image/build';
import { EXIT_FENCED } from '../supervisor/messages';

const bench = new BridgeBench(buildSandbox);

const withSetup = (script: string, environment?: unknown) => ({
  files: {
    '.dispatch/setup.sh': script,
    ...(environment === undefined ? {} : { '.dispatch/environment.json': JSON.stringify(environment) }),
  },
});

const log = (): string =>
  bench.server
    .of('setup.log')
    .map(({ text }) => text)
    .join('');

const failure = () => bench.server.untilEvent('sandbox.phase', ({ reason }) => reason !== null);

const processes = (): string => execFileSync('ps', ['-eo', 'args']).toString();

const inState = (name: string): string => join(bench.root, 'state', name);

/** A number that no other process of the machine has on its command line. */
const unique = (digit: number): string => `${digit}${process.pid}.${Date.now() % 1_000_000}`;

describe('the setup of a repository', () => {
  test('runs after the clone and before the agent, without secrets, and its output is told', async () => {
    bench.model.script([reply(say('Hello.'))]);
    const script = `echo "in $PWD"; echo to stderr > /dev/stderr
      echo "$CI $DISPATCH_SETUP $HOME" > seen.txt
      env > ../env.txt
      read -r line && echo "stdin says $line"
      echo done`;
    await bench.start({}, withSetup(script));
    expect(await bench.finished(bench.send('Go'))).toMatchObject({ outcome: 'completed' });
    expect(bench.phases()).toEqual(['cloning', 'setup', 'agent_starting', 'ready']);
    expect(log()).toBe(`in ${bench.sandbox.repository}\nto stderr\ndone\n`);
    const seen = readFileSync(join(bench.sandbox.repository, 'seen.txt'), 'utf8');
    expect(seen).toBe(`1 1 ${join(bench.root, 'home')}\n`);
    const env = readFileSync(join(bench.root, 'workspace/env.txt'), 'utf8');
    expect(env).not.toContain(SANDBOX_TOKEN);
    expect(env).not.toContain('DISPATCH_TOKEN');
    expect(JSON.stringify(bench.model.requests.at(-1)!.body.messages)).not.toContain('setup');
  });

  test('what it leaves running is ended, unless it detached itself; that ends with the sandbox', async () => {
    const [here, away] = [unique(1), unique(2)];
    await bench.start({}, withSetup(`sleep ${here} &\nsetsid -f sleep ${away}\n`));
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    expect(processes()).not.toContain(here);
    expect(processes()).toContain(away);
    bench.server.send({ type: 'shutdown' });
    expect(await bench.sandbox.exited()).toBe(0);
    expect(processes()).not.toContain(away);
  });

  test('one that fails is told with its status and its last words, and the agent starts and knows', async () => {
    bench.model.script([reply(say('I will mend it.'))]);
    await bench.start({}, withSetup('echo "npm ERR! no such package: lfet-pad"\nexit 3\n'));
    expect((await failure()).reason).toEqual({
      code: 'setup_failed',
      message: 'The setup failed with exit status 3. It printed last: npm ERR! no such package: lfet-pad',
    });
    expect(await bench.finished(bench.send('Mend it'))).toMatchObject({ outcome: 'completed' });
    expect(bench.phases()).toEqual(['cloning', 'setup', 'setup', 'agent_starting', 'ready']);
    const said = JSON.stringify(bench.model.requests.at(-1)!.body.messages);
    expect(said).toContain('The setup failed with exit status 3. It printed last: npm ERR!');
    bench.sandbox.kill('bridge');
    bench.model.script([reply(say('Mended.'))]);
    expect(await bench.finished(bench.send('Again'))).toMatchObject({ outcome: 'completed' });
    expect(JSON.stringify(bench.model.requests.at(-1)!.body.messages).split('exit status 3')).toHaveLength(2);
    expect(bench.phases().filter((phase) => phase === 'setup')).toHaveLength(2);
  });

  test('one that failed is not begun again by a bridge that is killed then, and the agent still knows', async () => {
    bench.model.script([reply(say('I know.'))]);
    await bench.start({}, withSetup('echo x >> ../tries\necho broken\nexit 4\n'));
    await failure();
    bench.sandbox.kill('bridge');
    expect(await bench.finished(bench.send('Go'))).toMatchObject({ outcome: 'completed' });
    expect(readFileSync(join(bench.root, 'workspace/tries'), 'utf8')).toBe('x\n');
    expect(log()).toBe('broken\n');
    expect(bench.phases().filter((phase) => phase === 'setup')).toHaveLength(2);
    expect(JSON.stringify(bench.model.requests.at(-1)!.body.messages)).toContain('exit status 4');
  });

  test('one that the agent mended runs in the next sandbox, after its work was brought back', async () => {
    const mend = "printf 'echo mended\\n' > .dispatch/setup.sh";
    bench.model.script([reply(call('bash', { command: mend, description: 'x' })), reply(say('Mended.'))]);
    await bench.start({}, withSetup('exit 5\n'));
    await bench.finished(bench.send('Mend the setup'));
    const bundle = bench.server.blobs.get(bench.server.of('diff.changed')[0]!.bundle!.key)!;
    bench.server.send({ type: 'shutdown' });
    await bench.sandbox.exited();
    await bench.server.down();
    for (const name of ['workspace', 'state', 'home']) rmSync(join(bench.root, name), { recursive: true });

    const bundleUrl = `data:application/octet-stream;base64,${bundle.toString('base64')}`;
    await bench.start({ bundleUrl }, { epoch: 2 });
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    expect(bench.phases()).toEqual(['cloning', 'setup', 'agent_starting', 'ready']);
    expect(log()).toBe('mended\n');
  });

  test('one that hangs is ended at its deadline with all that it started', async () => {
    const [one, two, three] = [unique(1), unique(2), unique(3)];
    const script = `trap '' TERM INT\nsleep ${one} &\nsetsid sleep ${two} &\necho waiting\nsleep ${three}\n`;
    await bench.start({}, withSetup(script, { setupTimeoutSeconds: 2 }));
    expect((await failure()).reason).toEqual({
      code: 'setup_timed_out',
      message:
        'The setup did not end within 2 seconds, so it was ended with all that it had started. It printed last: waiting',
    });
    for (const mark of [one, two, three]) expect(processes()).not.toContain(mark);
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
  });

  test('a hundred megabytes of output are told as their beginning and their end', async () => {
    await bench.start(
      {},
      withSetup('echo begins\nhead -c 100000000 /dev/zero | tr "\\0" "\\n"\necho ends\n'),
    );
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    const text = log();
    expect(text).toMatch(/^begins\n/);
    expect(text).toMatch(/\nends\n$/);
    expect(text).toMatch(/… 99,\d\d\d,\d\d\d bytes were left out here …/);
    expect(text.length).toBeLessThan(140_000);
    expect(bench.server.of('setup.log').length).toBeLessThan(60);
    expect(readFileSync(inState('outbox-1.jsonl')).length).toBeLessThan(1_000_000);
  });

  test('a bridge that is killed in the middle of it begins it again, and says so', async () => {
    const mark = unique(1);
    const script = `echo "try $(wc -l < ../tries)"\ntest "$(wc -l < ../tries)" -gt 1 || sleep ${mark}\necho through\n`;
    await bench.start({}, withSetup(`echo x >> ../tries\n${script}`));
    await bench.server.untilEvent('setup.log');
    expect(processes()).toContain(mark);
    bench.sandbox.kill('bridge');
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    expect(bench.phases()).toEqual(['cloning', 'setup', 'agent_starting', 'ready']);
    expect(log()).toBe('try 1\n\n… the setup was cut off, and begins again …\ntry 2\nthrough\n');
    expect(processes()).not.toContain(mark);
  });

  test('one that kills the bridge each time is given up', async () => {
    await bench.start({}, withSetup('echo x >> ../tries\nkill -9 $PPID\nsleep 60\n'));
    expect((await failure()).reason).toMatchObject({
      code: 'setup_failed',
      message: 'The setup was cut off 3 times, so it is not tried again.',
    });
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    expect(readFileSync(join(bench.root, 'workspace/tries'), 'utf8')).toBe('x\nx\nx\n');
  });

  test('a disk that was kept does not run it again once it succeeded, and again when it had failed', async () => {
    await bench.start({}, withSetup('echo x >> ../tries\ntest "$(wc -l < ../tries)" -gt 1\n'));
    await failure();
    for (const epoch of [2, 3]) {
      await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
      bench.server.send({ type: 'shutdown' });
      expect(await bench.sandbox.exited()).toBe(0);
      await bench.server.down();
      await bench.start({}, { epoch });
    }
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    expect(bench.phases()).toEqual(['agent_starting', 'ready']);
    expect(readFileSync(join(bench.root, 'workspace/tries'), 'utf8')).toBe('x\nx\n');
  });

  test.each(['shutdown', 'SIGTERM'] as const)('a %s in the middle of it ends it at once', async (how) => {
    const mark = unique(1);
    await bench.start({}, withSetup(`echo begun\nsetsid sleep ${mark} &\nsleep ${mark}\n`));
    await bench.server.untilEvent('setup.log');
    if (how === 'shutdown') bench.server.send({ type: 'shutdown' });
    else bench.sandbox.terminate();
    expect(await bench.sandbox.exited()).toBe(0);
    expect(processes()).not.toContain(mark);
    const last = how === 'shutdown' ? 'snapshotting' : 'ended';
    expect(bench.phases()).toEqual(['cloning', 'setup', last]);
    expect(existsSync(inState('conversation.json'))).toBe(false);
  });

  test('a supervisor that is killed in the middle of it leaves nothing behind', async () => {
    const mark = unique(1);
    await bench.start({}, withSetup(`echo begun\nsetsid sleep ${mark} &\nsleep ${mark}\n`));
    await bench.server.untilEvent('setup.log');
    bench.sandbox.killSupervisor();
    await bench.sandbox.exited();
    await expect
      .poll(processes, { timeout: 10_000 })
      .not.toMatch(new RegExp(`sleep ${mark}|${bench.programs}`));
  });

  test('a session that moved on meanwhile ends it with the sandbox', async () => {
    const mark = unique(1);
    await bench.start({}, withSetup(`echo begun\nsetsid sleep ${mark} &\nsleep ${mark}\n`));
    await bench.server.untilEvent('setup.log');
    bench.server.fault = ({ path }) => (path === '/api/sandbox/sync' ? 409 : null);
    expect(await bench.sandbox.exited()).toBe(EXIT_FENCED);
    expect(processes()).not.toContain(mark);
  });

  test('a prompt that is stopped meanwhile ends at once, and the setup goes on for the next one', async () => {
    bench.model.script([reply(say('Here.'))]);
    await bench.start({}, withSetup('echo begun\nuntil test -e ../go; do sleep 0.1; done\necho over\n'));
    await bench.server.untilEvent('setup.log');
    const first = bench.send('Never mind');
    bench.server.send({ type: 'stop', turnId: first.turnId });
    expect(await bench.finished(first)).toMatchObject({ outcome: 'stopped' });
    execFileSync('touch', [join(bench.root, 'workspace/go')]);
    expect(await bench.finished(bench.send('Go'))).toMatchObject({ outcome: 'completed' });
    expect(log()).toBe('begun\nover\n');
  });

  test('a file about the environment that is wrong is said in the log, and everything starts', async () => {
    await bench.start({}, withSetup('echo fine\n', { setupTimeoutSeconds: '9m', cache: [] }));
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    expect(log()).toMatch(
      /^\.dispatch\/environment\.json is not heeded:\n {2}- setupTimeoutSeconds must be /,
    );
    expect(log()).toMatch(/ {2}- the file has an unknown key: "cache"; known are [^\n]+\nfine\n$/);
    expect(bench.phases()).toEqual(['cloning', 'setup', 'agent_starting', 'ready']);
  });

  test('a repository with such a file and no script has no setup', async () => {
    await bench.start({}, { files: { '.dispatch/environment.json': '{"ports":[{"port":3000}]}' } });
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    expect(bench.phases()).toEqual(['cloning', 'agent_starting', 'ready']);
    expect(log()).toBe('');
  });
});
