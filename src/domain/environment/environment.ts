import { z } from 'zod';

/** Where a repository says what its sandboxes need. */
export const ENVIRONMENT_FILE = '.dispatch/environment.json';
export const SETUP_SCRIPT = '.dispatch/setup.sh';

export const DEFAULT_SETUP_TIMEOUT_SECONDS = 600;
const MAX_SETUP_TIMEOUT_SECONDS = 3_600;

/** A file longer than this is none that a person wrote. */
export const MAX_ENVIRONMENT_BYTES = 64 * 1024;

function whole(min: number, max: number, description: string) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error }).meta({ description }).optional();
}

function words(max: number) {
  const error = `must be a text of 1 to ${max} characters`;
  return z.string({ error }).min(1, { error }).max(max, { error });
}

function list<T extends z.ZodType>(item: T, max: number) {
  const error = `must be a list of at most ${max}`;
  return z.array(item, { error }).max(max, { error });
}

/** An object that may have these keys and no others, and says so. */
function only<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has an unknown key: ${issue.keys.map((key) => JSON.stringify(key.slice(0, 100))).join(', ')}; known are ${known}`
        : `must be an object with the keys ${known}`,
  });
}

/** Inside the repository: no way up, and neither an absolute path nor one from a home. */
const RELATIVE_PATH = /^(?![/~])(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\0\\]+$/;

const CachePath = words(400).regex(RELATIVE_PATH, {
  error: 'must be a path below the repository, without “.”, “..” and backslashes',
});

const Port = only({
  port: whole(1, 65_535, 'The port that a program of the repository listens at.').unwrap(),
  name: words(60).meta({ description: 'What people call it.' }).optional(),
});

/** What `.dispatch/environment.json` may say. */
export const RepositoryEnvironment = only({
  $schema: words(400).optional(),
  setupTimeoutSeconds: whole(
    1,
    MAX_SETUP_TIMEOUT_SECONDS,
    `How long .dispatch/setup.sh may take; ${DEFAULT_SETUP_TIMEOUT_SECONDS} by default.`,
  ),
  caches: list(CachePath, 20)
    .meta({ description: 'Folders whose content is no change of a session, and stays on a prebuilt disk.' })
    .optional(),
  ports: list(Port, 20).meta({ description: 'Where its programs listen.' }).optional(),
  warmUp: list(words(500), 10)
    .meta({
      description:
        'Commands that fill caches, such as the build and the tests: run once where an environment is prebuilt.',
    })
    .optional(),
  resources: only({
    cpus: whole(1, 64, 'Processors.'),
    memoryMiB: whole(256, 262_144, 'Memory in MiB.'),
    diskMiB: whole(256, 1_048_576, 'Disk in MiB.'),
    processes: whole(16, 65_536, 'Processes and threads at a time.'),
  })
    .meta({ description: 'What a sandbox of this repository gets, as far as its provider can.' })
    .optional(),
}).meta({ title: 'Dispatch repository environment' });
export type RepositoryEnvironment = z.infer<typeof RepositoryEnvironment>;

/** The file as it counts; one with problems counts as empty. */
interface ReadEnvironment {
  environment: RepositoryEnvironment;
  /** Each says which key is wrong, how, and what is allowed. */
  problems: string[];
}

/** Reads the text of an environment file. Never throws: what is wrong is answered in words. */
export function readEnvironment(text: string): ReadEnvironment {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { environment: {}, problems: [`it is not JSON: ${why.slice(0, 200)}`] };
  }
  const parsed = RepositoryEnvironment.safeParse(value);
  if (parsed.success) return { environment: parsed.data, problems: [] };
  const problems = parsed.error.issues.map(({ path, message }) => `${nameOf(path)} ${message}`);
  return { environment: {}, problems: [...new Set(problems)].slice(0, 20) };
}

/** `ports[0].name`; the whole file for no path. */
function nameOf(path: readonly PropertyKey[]): string {
  const name = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return name === '' ? 'the file' : name;
}

/** The same rules as a JSON Schema, for editors. */
export function environmentJsonSchema(): object {
  return z.toJSONSchema(RepositoryEnvironment, { io: 'input' });
}
