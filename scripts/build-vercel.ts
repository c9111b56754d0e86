// npm run build:vercel: the build command of vercel.json. Generates the database client, brings the database up to
// date where one is named, and builds the app, which itself needs neither database nor keys.
import { spawnSync } from 'node:child_process';

const say = (line: string): void => void process.stderr.write(`build:vercel: ${line}\n`);

/** By npm's path, so that it is the version of this project; the rest of a failed build is not run. */
function run(command: string, args: readonly string[]): void {
  say([command, ...args].join(' '));
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run('prisma', ['generate']);
const direct = process.env['DIRECT_DATABASE_URL'];
if (direct === undefined || direct === '') {
  say('DIRECT_DATABASE_URL is not set, so NO MIGRATIONS ARE APPLIED in this build.');
} else {
  // A pooled connection would not do: the migrations hold an advisory lock for their session.
  run('prisma', ['migrate', 'deploy']);
}
run('next', ['build']);
