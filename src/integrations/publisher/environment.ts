/** The whole environment of git at the server: none of the server's own variables but where programs are. */
export function gitEnvironment(home: string, settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const pairs = Object.entries(settings);
  const environment: Record<string, string> = {
    ...{ PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: home, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' },
    ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1' },
    ...{ GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_COUNT: String(pairs.length) },
  };
  pairs.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  // Frameworks declare variables in this type that git has no need of.
  return environment as unknown as NodeJS.ProcessEnv;
}
