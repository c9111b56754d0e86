import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const secret = z.string().min(16);
const StackSecrets = z.object({
  auth: secret,
  server: secret,
  cron: secret,
  githubClient: secret,
  githubWebhook: secret,
  pusher: secret,
  sandboxHost: secret,
  blobs: secret,
  slackClient: secret,
  slackSigning: secret,
  slackBot: secret,
});
export type StackSecrets = z.infer<typeof StackSecrets>;

/**
 * The secrets between the parts of one machine's stack: made at random at first start, kept in a file that only its
 * owner reads. Sandboxes share the loopback with the parts, so each part asks for its own. One that an older version did
 * not have is added.
 */
export function readOrMakeSecrets(dataFolder: string): StackSecrets {
  const path = join(dataFolder, 'secrets.json');
  const kept = existsSync(path) ? StackSecrets.partial().parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
  const names = Object.keys(StackSecrets.shape);
  const made = Object.fromEntries(names.map((name) => [name, randomBytes(24).toString('hex')]));
  const secrets = StackSecrets.parse({ ...made, ...kept });
  if (Object.keys(kept).length === names.length) return secrets;
  writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secrets;
}
