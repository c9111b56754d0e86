import { createHash } from 'node:crypto';
import {
  ENVIRONMENT_FILE,
  MAX_ENVIRONMENT_BYTES,
  readEnvironment,
  type RepositoryEnvironment,
  SETUP_SCRIPT,
} from '@/domain/environment/environment';
import type { Git } from '../workspace/git';
import { readFile } from '../workspace/read-files';

/** The repository's script: whether there is one to run, or why not. */
export type FoundScript =
  { type: 'none' } | { type: 'refused'; why: string } | { type: 'found'; hash: string };

/** Looks for the setup's script. One that leads out of the repository is not run. */
export async function findScript(git: Git): Promise<FoundScript> {
  const answer = await readFile(git, SETUP_SCRIPT);
  if (answer.type === 'refused') {
    return answer.code === 'not_found' ? { type: 'none' } : { type: 'refused', why: answer.message };
  }
  if (answer.type !== 'file' || answer.content === null)
    return { type: 'refused', why: `${SETUP_SCRIPT} is too large for a script.` };
  return { type: 'found', hash: createHash('sha256').update(answer.content).digest('hex') };
}

/** What the repository says of its sandboxes, and the lines for its people about what is wrong with it. */
export async function readEnvironmentFile(
  git: Git,
): Promise<{ environment: RepositoryEnvironment; complaint: string }> {
  const answer = await readFile(git, ENVIRONMENT_FILE);
  if (answer.type === 'refused') {
    const isMissing = answer.code === 'not_found';
    return { environment: {}, complaint: isMissing ? '' : complain([answer.message]) };
  }
  if (answer.type !== 'file' || answer.content === null || answer.sizeBytes > MAX_ENVIRONMENT_BYTES)
    return { environment: {}, complaint: complain([`it is larger than ${MAX_ENVIRONMENT_BYTES} bytes`]) };
  const text = Buffer.from(answer.content, 'base64').toString('utf8');
  const { environment, problems } = readEnvironment(text);
  return { environment, complaint: complain(problems) };
}

function complain(problems: readonly string[]): string {
  if (problems.length === 0) return '';
  const lines = problems.map((problem) => `  - ${problem}\n`).join('');
  return `${ENVIRONMENT_FILE} is not heeded:\n${lines}`;
}
