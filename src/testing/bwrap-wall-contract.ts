import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type ContractContext, shell, startSandbox } from './sandbox-under-test';

const run = promisify(execFile);

/** What a sandbox behind a wall of namespaces can't see or change. */
export function describeBwrapWall(current: () => ContractContext): void {
  describePaths(current);
  describeSight(current);
  describeChanges(current);
  describeEscapes(current);
  describeLocalRepository(current);
}

function describePaths(current: () => ContractContext): void {
  test('capabilities say what the wall is', async () => {
    expect(await current().under.provider.capabilities()).toMatchObject({
      isolation: 'namespace',
      localRepositories: true,
      exitSnapshot: true,
    });
  });

  test('files are at the same absolute paths in every sandbox', async () => {
    const { ref } = await startSandbox(current());
    const told = 'echo $DISPATCH_WORKSPACE $HOME $DISPATCH_STATE; whoami; hostname; which node opencode rg';
    expect((await shell(current(), ref, told)).split('\n')).toEqual([
      '/workspace /home/agent /var/lib/dispatch',
      'agent',
      'sandbox',
      ...['node', 'opencode', 'rg'].map((name) => `/opt/dispatch/bin/${name}`),
    ]);
  });
}

function describeSight(current: () => ContractContext): void {
  test('neither the project, nor HOME, nor other sandboxes, nor secrets of the machine are there', async () => {
    const one = await startSandbox(current());
    const two = await startSandbox(current());
    await shell(current(), one.ref, 'echo secret > /workspace/mine; echo secret > /tmp/mine');
    const places = [
      process.cwd(),
      homedir(),
      '/etc/shadow',
      '/var/log',
      '/root',
      '/workspace/mine',
      '/tmp/mine',
    ];
    const script = `for place in ${places.join(' ')}; do if [ -e "$place" ]; then echo "$place"; fi; done`;
    expect(await shell(current(), two.ref, script)).toBe('');
    expect(await shell(current(), two.ref, 'ls /home /opt /var/lib; ls -A /tmp')).not.toMatch(
      /dispatch-host|mine/,
    );
  });

  test('no process and no environment of the machine can be seen', async () => {
    process.env['DISPATCH_CANARY'] = 'canary-of-the-server';
    const { ref } = await startSandbox(current());
    const all = await shell(current(), ref, 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr "\\0" "\\n"');
    expect(all).not.toContain('canary-of-the-server');
    expect(all).not.toContain('vitest');
  });
}

function describeChanges(current: () => ContractContext): void {
  test('programs, root and kernel settings can not be changed', async () => {
    const { ref } = await startSandbox(current());
    const targets = [
      ...['/new', '/etc/new', '/usr/new', '/opt/dispatch/new', '/var/lib/new'],
      ...[
        '/opt/dispatch/supervisor.mjs',
        '/opt/dispatch/bin/node',
        '/etc/passwd',
        '/proc/sys/kernel/core_pattern',
      ],
    ];
    const kernel = '$(find /proc -maxdepth 5 -path "/proc/[0-9]*" -prune -o -type f -print 2> /dev/null)';
    const script = `for target in ${targets.join(' ')} ${kernel}; do
      case "$target" in /proc/self/*|/proc/thread-self/*) continue;; esac
      if (: >> "$target") 2> /dev/null; then echo "$target"; fi
    done`;
    expect(await shell(current(), ref, script)).toBe('');
  });
}

function describeEscapes(current: () => ContractContext): void {
  test('a namespace of its own gives it no more rights over the kernel', async () => {
    const { ref } = await startSandbox(current());
    const script = `
      umount /proc/sys; mount -o remount,rw,bind /proc/sys
      for kind in proc sysfs; do mkdir -p /tmp/$kind; mount -t $kind none /tmp/$kind; done
      for file in /proc/sys/kernel/core_pattern /tmp/proc/sys/kernel/core_pattern /tmp/sysfs/kernel/uevent_helper; do
        if (: >> "$file") 2> /dev/null; then echo "can write $file"; fi
      done
      echo tried`;
    const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--net', '--fork'];
    const argv = ['unshare', ...namespaces, 'sh', '-c', script];
    const { stdout } = await current().under.provider.exec(ref, argv);
    // Where nested namespaces are forbidden altogether there is nothing to try.
    expect(['tried', '']).toContain(stdout.trim());
  });

  test('a namespace of its own does not let it lift its limits', async () => {
    const { provider } = current().under;
    const { ref } = await startSandbox(current(), { resources: { processes: 100 } });
    const script = `
      for kind in memory pids cpu freezer; do mkdir -p /tmp/$kind; mount -t cgroup -o $kind none /tmp/$kind; done
      mkdir -p /tmp/all; mount -t cgroup2 none /tmp/all
      for file in $(find /tmp/memory /tmp/pids /tmp/cpu /tmp/freezer -type f); do
        if (: >> "$file") 2> /dev/null; then echo "can write $file"; fi
      done
      for file in memory.max pids.max cpu.max; do
        if [ -e /tmp/all/$file ] && echo max > /tmp/all/$file; then echo "can write $file"; fi
      done
      echo tried`;
    const namespaces = ['--user', '--map-root-user', '--mount', '--cgroup'];
    const { stdout } = await provider.exec(ref, ['unshare', ...namespaces, 'sh', '-c', script]);
    // Where nested namespaces are forbidden altogether there is nothing to try.
    expect(['tried', '']).toContain(stdout.trim());
  });

  test('nothing that a sandbox started outlives it, though it can start many', async () => {
    const { ref, main } = await startSandbox(current());
    const { lifeline, under } = current();
    const fork = `node -e '
      const { spawn } = require("node:child_process");
      spawn("setsid", ["node", "-e", process.argv[1]], { detached: true, stdio: "ignore" }).unref();
    '`;
    const hold =
      'require("node:net").connect(+process.env.TEST_PORT, "127.0.0.1").write("escapee daemon\\n")';
    const { TEST_PORT = '' } = lifeline.environment('escapee');
    const arrival = lifeline.join('escapee', 'daemon');
    const command = under.provider.exec(ref, [
      'sh',
      '-c',
      `export TEST_PORT=${TEST_PORT}; ${fork} '${hold}'; sleep 600`,
    ]);
    const escapee = await arrival;
    await under.provider.terminate(ref);
    await Promise.all([main.gone, escapee.gone]);
    expect((await command).code).not.toBe(0);
  });
}

function describeLocalRepository(current: () => ContractContext): void {
  test('a local repository can be read but not written, and its passwords are not shown', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dispatch-repository-'));
    const git = (...argv: string[]) => run('git', ['-C', folder, ...argv]);
    await git('init', '--initial-branch=trunk');
    await git('remote', 'add', 'origin', 'https://user:canary-password@example.com/x.git');
    await git('config', 'http.extraheader', 'AUTHORIZATION: basic canary-header');
    await writeFile(join(folder, '.env'), 'KEY=canary-of-the-working-tree');
    await git(
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@example.com',
      'commit',
      '--allow-empty',
      '-m',
      'first',
    );
    const readOnlyFolder = { source: folder, target: '/mnt/repository' };
    const { ref } = await startSandbox(current(), { readOnlyFolder });
    expect(await shell(current(), ref, 'grep -r canary /mnt/repository || true')).toBe('');
    const clone = 'git clone --quiet file:///mnt/repository clone && git -C clone log --format="%s %D"';
    expect(await shell(current(), ref, clone)).toContain('first HEAD -> trunk');
    expect(await shell(current(), ref, 'touch /mnt/repository/new 2>&1 || true')).toContain(
      'Read-only file system',
    );
    await rm(folder, { recursive: true });
  });
}
