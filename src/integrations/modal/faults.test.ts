import { describe, expect, test } from 'vitest';
import type { AppError } from '@/domain/errors';
import type { SandboxRefusal } from '@/ports/sandboxes';
import { specOf, useModalBench } from '@/testing/modal/modal-bench';
import { STATUS } from '@/testing/modal/wire';

const bench = useModalBench();

function refused(why: SandboxRefusal): Partial<AppError> {
  // What matters of the details is why; a subset is compared.
  return { code: 'sandbox_unavailable', details: { why } };
}

const NOBODY = { provider: 'modal', id: 'sb-nobody' };

describe('what Modal refuses', () => {
  test.each([
    ['sandboxCreateV2', STATUS.resourceExhausted, 'quota'],
    ['appGetOrCreate', STATUS.unauthenticated, 'credentials'],
    ['sandboxCreateV2', STATUS.internal, 'connection'],
  ] as const)('%s with status %i is told as %s', async (method, code, why) => {
    bench().standIn.faults.inject(method, { code }, 10);
    await expect(bench().provider().create(specOf())).rejects.toMatchObject(refused(why));
  });

  test('a token that is not one is told as credentials, by every call', async () => {
    const provider = bench().provider({ tokenSecret: 'as-another' });
    const calls = [
      provider.create(specOf()),
      provider.list({}),
      provider.status(NOBODY),
      provider.terminate(NOBODY),
      provider.exec(NOBODY, ['true']),
      provider.dropSnapshot('im-nobody'),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject(refused('credentials'));
  });

  test('what it says of an argument is kept, with no reason to try again', async () => {
    const { standIn, provider } = bench();
    standIn.faults.inject('sandboxCreateV2', { code: STATUS.invalidArgument, details: 'no such thing' });
    const error: unknown = await provider()
      .create(specOf())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'sandbox_unavailable', details: {} });
    expect((error as AppError).message).toContain('no such thing');
    expect(standIn.faults.countOf('sandboxCreateV2')).toBe(1);
  });

  test('an image that is not published any more is told as gone', async () => {
    bench().standIn.deleteImage();
    await expect(bench().provider().create(specOf())).rejects.toMatchObject(refused('image_gone'));
  });

  test('a snapshot that goes between the look and the start is told as gone', async () => {
    const { standIn, provider } = bench();
    const from = { type: 'snapshot', id: standIn.images.add() } as const;
    standIn.faults.inject('sandboxCreateV2', {
      ...{ code: STATUS.notFound, details: `Could not find image with ID ${from.id}` },
    });
    await expect(provider().create(specOf({ from }))).rejects.toMatchObject(refused('snapshot_gone'));
  });

  test('another thing that is not found is no image that is gone', async () => {
    const { standIn, provider } = bench();
    standIn.faults.inject('sandboxCreateV2', { code: STATUS.notFound, details: 'no such app' });
    await expect(provider().create(specOf())).rejects.toMatchObject({ details: {} });
  });
});

describe('a connection that is dead', () => {
  test('a call that hangs is made again on a fresh client', async () => {
    const { standIn } = bench();
    const ref = await bench().provider().create(specOf());
    const before = standIn.faults.countOf('authTokenGet');
    standIn.faults.inject('sandboxWaitV2', { hangs: true });
    const provider = bench().provider({ callTimeoutMs: 3_000 });
    expect(await provider.status(ref)).toEqual({ state: 'running' });
    expect(standIn.faults.countOf('authTokenGet') - before).toBe(2);
  });

  test('one that hangs again is given up', async () => {
    bench().standIn.faults.inject('sandboxWaitV2', { hangs: true }, 2);
    const provider = bench().provider({ callTimeoutMs: 500 });
    await expect(provider.status(NOBODY)).rejects.toMatchObject(refused('timeout'));
    expect(bench().standIn.faults.countOf('sandboxWaitV2')).toBe(2);
  });

  test('a connection that broke off is made anew', async () => {
    const provider = bench().provider();
    const ref = await provider.create(specOf());
    await bench().standIn.reconnect();
    expect(await provider.status(ref)).toEqual({ state: 'running' });
    expect((await provider.exec(ref, ['echo', 'there'])).stdout).toBe('there\n');
  });

  test('Modal that can not be reached is told as that, and found again', async () => {
    const { standIn } = bench();
    const provider = bench().provider();
    const ref = await provider.create(specOf());
    standIn.disconnect();
    await expect(provider.status(ref)).rejects.toMatchObject(refused('connection'));
    await standIn.reconnect();
    await expect.poll(() => provider.status(ref).catch(() => null)).toEqual({ state: 'running' });
  });

  test('a client is used again for 20 s, and replaced after that', async () => {
    const { faults } = bench().standIn;
    let nowMs = Date.now();
    const provider = bench().provider({ now: () => nowMs });
    for (const [waitMs, clients] of [
      [0, 1],
      [20_000, 1],
      [20_001, 2],
      [20_000, 2],
    ] as const) {
      nowMs += waitMs;
      await provider.list({});
      expect(faults.countOf('authTokenGet')).toBe(clients);
    }
  });
});

describe('throttling', () => {
  test('a short wait that Modal asks for is waited', async () => {
    const throttled = { code: STATUS.resourceExhausted, retryAfterSeconds: 0.2 };
    bench().standIn.faults.inject('sandboxCreateV2', throttled, 2);
    const ref = await bench().provider().create(specOf());
    expect(await bench().provider().status(ref)).toEqual({ state: 'running' });
    expect(bench().standIn.faults.countOf('sandboxCreateV2')).toBe(3);
  });

  test('a long one is refused at once as quota', async () => {
    const throttled = { code: STATUS.resourceExhausted, retryAfterSeconds: 3_600 };
    bench().standIn.faults.inject('sandboxCreateV2', throttled);
    await expect(bench().provider().create(specOf())).rejects.toMatchObject(refused('quota'));
    expect(bench().standIn.faults.countOf('sandboxCreateV2')).toBe(1);
  });
});

describe('creating', () => {
  test('a create whose answer was lost gives the sandbox that was made, and when it ends', async () => {
    const { standIn } = bench();
    standIn.faults.inject('sandboxCreateV2', { code: STATUS.unavailable, isAnswerLost: true });
    const provider = bench().provider();
    const created = await provider.create(specOf({ lifeSeconds: 600 }));
    expect(await provider.list({})).toEqual([{ provider: 'modal', id: created.id }]);
    expect(standIn.faults.countOf('sandboxCreateV2')).toBe(2);
    expect(await provider.extend(created, new Date())).toEqual(created.expiresAt);
  });

  test('a create whose answer was lost with the connection does too', async () => {
    const { standIn } = bench();
    const lost = { code: STATUS.unavailable, isAnswerLost: true };
    standIn.faults.inject('sandboxCreateV2', lost);
    // The SDK's own tries are used up, and the fresh client's first finds it.
    standIn.faults.inject('sandboxCreateV2', { code: STATUS.unavailable }, 3);
    const created = await bench().provider().create(specOf());
    expect(await bench().provider().list({})).toEqual([{ provider: 'modal', id: created.id }]);
    expect(standIn.faults.countOf('sandboxCreateV2')).toBe(5);
  });

  test('a name whose sandbox ended just then is taken again', async () => {
    const { standIn } = bench();
    standIn.faults.inject('sandboxCreateV2', { code: STATUS.alreadyExists });
    const created = await bench().provider().create(specOf());
    expect(await bench().provider().status(created)).toEqual({ state: 'running' });
  });

  test('two programs that create by one key at once get one sandbox', async () => {
    const spec = specOf();
    const both = await Promise.all([bench().provider().create(spec), bench().provider().create(spec)]);
    expect(both[0].id).toBe(both[1].id);
    expect(await bench().provider().list(spec.labels)).toHaveLength(1);
  });
});

describe('commands', () => {
  test('a token that is over is replaced on the way', async () => {
    const { faults } = bench().standIn;
    const provider = bench().provider();
    const ref = await provider.create(specOf());
    faults.inject('taskExecStart', { code: STATUS.unauthenticated });
    faults.inject('taskExecWait', { code: STATUS.unauthenticated });
    expect(await provider.exec(ref, ['echo', 'there'])).toEqual({ code: 0, stdout: 'there\n', stderr: '' });
    expect(faults.countOf('sandboxGetCommandRouterAccess')).toBe(3);
  });

  test('a command whose answer does not come is not run a second time', async () => {
    const { faults } = bench().standIn;
    const provider = bench().provider();
    const ref = await provider.create(specOf());
    faults.inject('taskExecStart', { code: STATUS.resourceExhausted, isAnswerLost: true });
    await expect(provider.exec(ref, ['sh', '-c', 'echo run >> runs'])).rejects.toMatchObject(
      refused('quota'),
    );
    // Nobody waits for the first one, so the second does.
    const look = 'until [ -s runs ]; do sleep 0.05; done; cat runs';
    expect((await provider.exec(ref, ['sh', '-c', look])).stdout).toBe('run\n');
  });
});

describe('ending', () => {
  test('a disk is told as pending until it is there, and the same for ever after', async () => {
    const { standIn } = bench();
    const provider = bench().provider();
    const ref = await provider.create(specOf());
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    standIn.exitSnapshots = { release: held, isFailing: false };
    expect(await provider.terminate(ref, { keep: true })).toEqual({ snapshot: null, isPending: true });
    expect((await provider.status(ref)).state).toBe('exited');
    release();
    const kept = await provider.terminate(ref, { keep: true });
    expect(kept).toEqual({ snapshot: expect.stringMatching(/^im-/) as string, isPending: false });
    expect(await provider.terminate(ref, { keep: true })).toEqual(kept);
  });

  test('a disk that could not be kept is told as lost', async () => {
    bench().standIn.exitSnapshots = { release: Promise.resolve(), isFailing: true };
    const provider = bench().provider();
    const ref = await provider.create(specOf());
    expect(await provider.terminate(ref, { keep: true })).toEqual({ snapshot: null, isPending: false });
  });

  test('two who end one sandbox at once get the same disk', async () => {
    const ref = await bench().provider().create(specOf());
    const ends = [bench().provider(), bench().provider()].map((each) => each.terminate(ref, { keep: true }));
    const [one, two] = await Promise.all(ends);
    expect(one?.snapshot).toMatch(/^im-/);
    expect(two).toEqual(one);
  });
});
