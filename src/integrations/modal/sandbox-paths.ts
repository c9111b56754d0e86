/** Where things are in every sandbox on Modal; its image has these folders, and node on this PATH. */
export const SANDBOX_PATHS = {
  DISPATCH_WORKSPACE: '/workspace',
  DISPATCH_STATE: '/var/lib/dispatch',
  HOME: '/home/agent',
  PATH: '/opt/dispatch/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
} as const;

/** The main process: the sandbox lives as long as it does. */
export const MAIN_COMMAND = ['node', '/opt/dispatch/supervisor.mjs'];
