import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ReadAnswer } from '@/domain/wire/reads';
import { BridgeBench } from '@/testing/bridge-bench';
import { call, reply, say } from '@/testing/scripted-reply';
import { buildSandbox } from '../../image/build';

const bench = new BridgeBench(buildSandbox);

async function askPorts(): Promise<ReadAnswer> {
  const requestId = randomUUID();
  bench.server.send({ type: 'read', requestId, epoch: 1, what: 'ports', path: '' });
  const report = await bench.server.until(() =>
    bench.server.reads.find((given) => given.requestId === requestId),
  );
  return report.answer;
}

const SERVE = `node -e "require('http').createServer((q,a)=>a.end('hi')).listen(0,'127.0.0.1',function(){
  require('fs').writeFileSync('port.txt',String(this.address().port))})" > /dev/null 2>&1 &
  until [ -s port.txt ]; do sleep 0.1; done`;

describe('the ports of a sandbox', () => {
  test('are those of its own programs and those that its repository names, not the machine’s', async () => {
    const foreign = createServer().listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    // A listening TCP server always has an address of this kind.
    const { port: outside } = foreign.address() as AddressInfo;
    bench.model.script([reply(call('bash', { command: SERVE, description: 'serve' })), reply(say('Done.'))]);
    const named = JSON.stringify({ ports: [{ port: outside, name: 'web' }] });
    await bench.start({}, { files: { '.dispatch/environment.json': named } });
    expect(await bench.finished(bench.send('Go'))).toMatchObject({ outcome: 'completed' });
    const answer = await askPorts();
    if (answer.type !== 'ports') throw new Error(JSON.stringify(answer));
    expect(answer.ports).toHaveLength(2);
    expect(answer.ports[0]).toEqual({ port: outside, name: 'web', isListening: false });
    expect(answer.ports[1]).toMatchObject({ name: null, isListening: true });
    expect(answer.ports.map(({ port }) => port)).not.toContain(answer.listener);
    expect((await fetch(`http://127.0.0.1:${answer.listener}/`)).status).toBe(403);
    foreign.close();
  });
});
