import type { Network } from './machine';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type Option = readonly string[];

/** Bubblewrap ends with this process, and with it everything inside and every mount. */
const ALONE: Option[] = [
  ['--unshare-pid'],
  ['--unshare-ipc'],
  ['--unshare-uts'],
  ['--hostname', 'sandbox'],
  ['--die-with-parent'],
  ['--new-session'],
  ['--clearenv'],
];

const KERNEL: Option[] = [
  ['--proc', '/proc'],
  ['--dev', '/dev'],
  ['--tmpfs', '/run'],
];

/**
 * Options under which a command sees the machine as it is. What it mounts and starts ends with it all the same, also
 * when this process is killed: nobody can then delete a half-made root through what is still mounted there.
 */
export function machineOptions(): string[] {
  const options: Option[] = [
    ['--unshare-pid'],
    ['--die-with-parent'],
    ['--cap-add', 'ALL'],
    ['--dev-bind', '/', '/'],
    ['--proc', '/proc'],
  ];
  return options.flat();
}

/** Options under which a command changes the root, as root and with the machine's network. */
export function buildOptions(
  root: string,
  env: Readonly<Record<string, string>>,
  network: Network,
): string[] {
  const certificates = '/run/certificates.crt';
  const variables = {
    ...env,
    ...network.env,
    HOME: '/root',
    PATH: SYSTEM_PATH,
    ...(network.certificates !== null && { NODE_EXTRA_CA_CERTS: certificates }),
  };
  const options: Option[] = [
    ...ALONE,
    // dpkg changes owners, and apt becomes another user to download.
    ['--cap-add', 'ALL'],
    ['--bind', root, '/'],
    ...KERNEL,
    ['--perms', '1777', '--tmpfs', '/tmp'],
    ['--ro-bind', '/etc/resolv.conf', '/etc/resolv.conf'],
    ['--ro-bind', '/etc/hosts', '/etc/hosts'],
    ...(network.certificates === null ? [] : [['--ro-bind', network.certificates, certificates]]),
    ...settings(variables),
  ];
  return options.flat();
}

/** Folders of this machine that stand for what a sandbox may write to. */
export interface SandboxDisk {
  /** Paths in the sandbox, and the folder behind each. */
  folders: Readonly<Record<string, string>>;
  /** The programs of the proofs, shown at /run/proofs. */
  proofs: string;
}

/**
 * Options under which a command uses the root as a sandbox does: read-only, as another user. There is no network but
 * its own loopback, so nothing that a proof needs can come from elsewhere.
 */
export function sandboxOptions(
  root: string,
  env: Readonly<Record<string, string>>,
  disk: SandboxDisk,
): string[] {
  const options: Option[] = [
    ['--unshare-user'],
    ['--uid', '1000'],
    ['--gid', '1000'],
    ['--unshare-net'],
    ...ALONE,
    ['--ro-bind', root, '/'],
    ...KERNEL,
    ...Object.entries(disk.folders).map(([path, folder]) => ['--bind', folder, path]),
    ['--ro-bind', disk.proofs, '/run/proofs'],
    ['--chdir', '/workspace'],
    ...settings({ ...env, HOME: '/home/agent', PATH: `/opt/dispatch/bin:${SYSTEM_PATH}` }),
  ];
  return options.flat();
}

function settings(variables: Readonly<Record<string, string>>): Option[] {
  return Object.entries(variables).map(([name, value]) => ['--setenv', name, value]);
}
