/**
 * The environment for reading a repository that may belong to anybody: no settings of the machine or its user,
 * no hooks, no file system monitor, no questions, and no offence taken at an owner who is someone else.
 */
export function gitEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const settings = { 'safe.directory': '*', 'core.hooksPath': '/dev/null', 'core.fsmonitor': 'false' };
  const entries = Object.entries(settings).flatMap(([name, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    NODE_ENV: process.env['NODE_ENV'],
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    ...Object.fromEntries(entries),
    ...extra,
  };
}
