import { randomUUID } from 'node:crypto';
import { readDatabaseFacts, secondsSinceSweep } from '@/db/health';
import { findModelCalls } from '@/db/usage';
import type { Isolation } from '@/domain/events/session-event';
import { BlobKey } from '@/domain/ids';
import type { Deps } from '../deps';
import { type HealthLine, lookAt } from './health-line';

type Look = Omit<HealthLine, 'part'>;

const ok = (words: string): Look => ({ state: 'ok', words, fix: null });

/** A sweep comes each minute: after this one is late, and after this it does not come. */
const SWEEP_LATE_S = 180;
const SWEEP_GONE_S = 900;

/** Looks at every part of the installation now, all at once. Never rejects. */
export async function checkHealth(deps: Deps): Promise<HealthLine[]> {
  return Promise.all([
    lookAt('version', async () => ok(`Dispatch ${deps.config.version}`), ''),
    lookAt('database', () => database(deps), 'Check DATABASE_URL, and that Postgres runs.'),
    lookAt(
      'realtime',
      () => realtime(deps),
      'Check PUSHER_APP_ID, PUSHER_KEY, PUSHER_SECRET and where it runs.',
    ),
    lookAt(
      'blobs',
      (signal) => blobs(deps, signal),
      'Check BLOB_URL and BLOB_SECRET, and the store’s free space.',
    ),
    lookAt('sandboxes', () => sandboxes(deps), sandboxesFix(deps)),
    lookAt('sweep', () => sweep(deps), 'Have /api/cron/sweep called each minute with CRON_SECRET.'),
    lookAt('github', (signal) => github(deps, signal), 'Check GITHUB_URL; until then nobody can sign in.'),
    lookAt('model', () => model(deps), 'Check the model’s key and that its provider answers.'),
  ]);
}

async function database({ db }: Deps): Promise<Look> {
  const { version, migrations, unfinished } = await readDatabaseFacts(db);
  if (unfinished.length === 0) return ok(`Postgres ${version}, ${migrations} migrations.`);
  return {
    ...{ state: 'fail', words: `The migration ${unfinished.join(', ')} did not end.` },
    fix: 'Look at it with npm run db:status, and apply it with npm run db:deploy.',
  };
}

async function realtime({ realtime: server, config }: Deps): Promise<Look> {
  const answer = await server.publish({ channel: 'private-health', event: 'check', data: {} });
  if (!answer.ok)
    throw new Error(`It takes no message: ${answer.error}. What is new shows some seconds late.`);
  const { host, port, cluster } = config.realtime;
  return ok(host === null ? `Pusher, cluster ${cluster}.` : `A Pusher server at ${host}:${port ?? 443}.`);
}

/** Stores a few bytes and reads them back, as a sandbox and a browser do. */
async function blobs({ blobs: store, config }: Deps, signal: AbortSignal): Promise<Look> {
  const key = BlobKey.parse(`health/${config.deployment.replaceAll(/[^A-Za-z0-9-]/g, '-')}`);
  const body = randomUUID();
  const { url, headers } = store.uploadUrl(key, { sizeBytes: body.length, contentType: 'text/plain' });
  const put = await fetch(url, { method: 'PUT', headers, body, signal });
  if (!put.ok) throw new Error(`It stored nothing and answered ${put.status}.`);
  const got = await fetch(store.downloadUrl(key), { signal, cache: 'no-store' });
  if (!got.ok) throw new Error(`It gave back nothing and answered ${got.status}.`);
  // Two who look at the same moment may read each other's bytes.
  if ((await got.text()).length !== body.length) throw new Error('It gave back something else.');
  return ok(`What is stored at ${new URL(url).host} can be read again.`);
}

const WALLS = {
  vm: 'virtual machines',
  container: 'containers',
  namespace: 'processes walled off by bubblewrap',
  none: 'plain processes',
} satisfies Record<Isolation, string>;

function sandboxesFix({ sandboxes: { kind } }: Deps): string {
  if (kind === 'modal') return 'Check MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, and whether Modal is up.';
  return 'Check LOCAL_SANDBOX_URL, and that the sandbox host runs.';
}

async function sandboxes({ sandboxes: provider, config }: Deps): Promise<Look> {
  const { isolation } = await provider.capabilities();
  const { length } = await provider.list({ deployment: config.deployment });
  const words = `Provider “${provider.kind}”: ${WALLS[isolation]}, ${length} running now.`;
  if (isolation !== 'none') return ok(words);
  return {
    ...{ state: 'warn', words: `${words} The agent can reach what whoever started Dispatch can.` },
    fix: 'Install bubblewrap and start again, or work on what you would run yourself.',
  };
}

async function sweep({ db }: Deps): Promise<Look> {
  const seconds = await secondsSinceSweep(db);
  if (seconds === null)
    throw new Error('It did not run within a day: what waits for a deadline waits for ever.');
  const age = seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
  if (seconds > SWEEP_GONE_S) throw new Error(`It last ran ${age} ago; it should each minute.`);
  if (seconds <= SWEEP_LATE_S) return ok(`It last ran ${age} ago.`);
  const fix = 'See whether whatever calls /api/cron/sweep still does.';
  return { state: 'warn', words: `It last ran ${age} ago, which is late.`, fix };
}

async function github({ config }: Deps, signal: AbortSignal): Promise<Look> {
  const { host, hostname } = new URL(config.githubUrl);
  const { status } = await fetch(config.githubUrl, { method: 'HEAD', redirect: 'manual', signal });
  if (status >= 500) throw new Error(`${host} answered ${status}.`);
  const isEmulated = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return ok(isEmulated ? `An emulated GitHub on this machine (${host}) answers.` : `${host} answers.`);
}

async function model({ db, config }: Deps): Promise<Look> {
  const { id, label, standIn } = config.models[0].ref;
  const { answered, failed } = await findModelCalls(db, id);
  if (failed > 0 && answered === 0)
    throw new Error(`${label}: none of ${failed} calls of the last day was answered.`);
  const calls = answered === 0 ? 'not called in the last day' : `${answered} calls answered in the last day`;
  const failures = failed > 0 ? `, ${failed} failed` : '';
  if (!standIn) return ok(`${label}: ${calls}${failures}.`);
  return {
    ...{
      state: 'warn',
      words: `A stand-in answers; it is no language model. ${failed + answered} calls in the last day.`,
    },
    fix: 'Set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENROUTER_API_KEY, or MODEL_BASE_URL with MODEL_NAME, and start again.',
  };
}
