import { FunctionPool } from '@/embedded/functions/function-pool';
import type { Dice } from '../dice';
import { answers, type AppServer, type AppServerOptions, commandOf } from './app-server';
import { CLOCK_FILE } from './clock-shift';

export interface FreshAppOptions extends AppServerOptions {
  dice: Dice;
  onFault: (kind: 'function frozen' | 'function killed') => void;
}

/** The app as many short-lived processes, whose clocks can be moved. */
export async function startFreshApp(options: FreshAppOptions): Promise<AppServer> {
  const { port, environment, programs, clockFile, dice, onFault, say } = options;
  const pool = new FunctionPool({
    ...{ port, graceMs: 0, random: dice.random, onFault: (fault) => onFault(`function ${fault}`) },
    program: (own) => ({
      argv: commandOf(options, own),
      env: {
        ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production' },
        ...{ ...environment, PORT: String(own) },
        // As the app does by itself where there are many of it.
        DATABASE_MAX_CONNECTIONS: '3',
        ...{ NODE_OPTIONS: `--require ${programs.clock}`, [CLOCK_FILE]: clockFile },
      },
      isReady: () => answers(own),
      onLine: (line) => say(`app: ${line}`),
    }),
  });
  await pool.start().catch(async (error: unknown) => {
    await pool.stop();
    throw error;
  });
  return { port, pids: () => pool.pids(), stop: () => pool.stop() };
}
