import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newToken } from '@/services/auth/secrets';
import type { Database } from './database';

/** Somebody with an account and a token. */
export interface Person {
  login: string;
  name: string;
  token: string;
}

/** A team whose members may all prompt. Signing in is not what is tried here, so the rows are written directly. */
export async function createTeam(database: Database, names: readonly string[]): Promise<Person[]> {
  const teamId = randomUUID();
  await database.ask(`INSERT INTO team (id, slug, name) VALUES ($1, $2, 'Acme')`, [teamId, `acme-${teamId}`]);
  const people: Person[] = [];
  for (const name of names) {
    const id = randomUUID();
    const login = `${name.toLowerCase()}-${id.slice(0, 4)}`;
    const { token, hash, prefix } = newToken();
    await database.ask(`INSERT INTO "user" (id, name, login, email) VALUES ($1, $2, $3, $4)`, [
      ...[id, name, login, `${login}@acme.test`],
    ]);
    await database.ask(`INSERT INTO membership (team_id, user_id, role) VALUES ($1, $2, 'admin')`, [
      ...[teamId, id],
    ]);
    await database.ask(
      `INSERT INTO api_token (id, user_id, name, hash, prefix) VALUES ($1, $2, 'chaos', $3, $4)`,
      [randomUUID(), id, hash, prefix],
    );
    people.push({ login, name, token });
  }
  return people;
}

/** A small repository on this machine; its folder is its address. */
export function createRepository(root: string, name: string): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'README.md'), `# ${name}\n`);
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=Chaos', '-c', 'user.email=chaos@acme.test', ...args], {
      cwd: folder,
    });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'first');
  return folder;
}
