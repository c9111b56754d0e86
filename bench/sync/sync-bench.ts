// How fast everybody sees what happens: fan-out, intake, prompts, live text, late joins, each beside the machine's own
// limits in the same run and beside a bare server that does only what can't be left out. The targets are ratios.
import { PUSHER_APP } from '@/embedded/stack/app-environment';
import { newToken } from '@/services/auth/secrets';
import { newCast } from '../../scripts/shots/stage/cast';
import type { Bench } from '../lib/bench';
import { openStackProcess } from '../lib/stack-process';
import { measureSync } from './measure';
import { readSyncOptions } from './options';
import { startReference } from './reference';
import { syncTables } from './tables';
import { targetsOf } from './targets';

export const syncBench: Bench = {
  run: async ({ args, say }) => {
    const options = readSyncOptions(args);
    const stage = await openStackProcess(say);
    const { port } = stage.realtime;
    const app = { port, appId: PUSHER_APP.id, key: PUSHER_APP.key, secret: stage.realtime.secret };
    const reference = await startReference({ databaseUrl: stage.databaseUrl, realtime: app });
    try {
      const cast = await newCast(stage);
      const { token, prefix, hash } = newToken();
      const userId = cast.people.ada.person.id;
      await stage.deps.db.apiToken.create({
        data: { userId, name: 'bench', hash, prefix, kind: 'personal' },
      });
      const socketUrl = `ws://127.0.0.1:${port}/app/${PUSHER_APP.key}?protocol=7&client=bench&version=1`;
      const figures = await measureSync({ stage, cast, reference, socketUrl, token }, options, say);
      const tables = syncTables(figures);
      return { bench: 'sync', figures: { ...figures }, targets: targetsOf(figures), tables };
    } finally {
      await reference.close();
      await stage.close();
    }
  },
};
