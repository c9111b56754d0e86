import { lstat, mkdir, readdir, readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

/** One thing that bubblewrap puts into the root of a sandbox. */
export type Mount = readonly [option: string, ...values: string[]];

const SYSTEM_FOLDERS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/**
 * What programs look up in /etc and what says nothing about the machine's people. The whole of /etc would do
 * harm: started by root, a sandbox's user is root to the files that it is shown, /etc/shadow among them.
 */
const ETC = [
  'resolv.conf',
  // The folder beside it holds private keys.
  'ssl/certs',
  'ssl/openssl.cnf',
  'ca-certificates',
  'ld.so.cache',
  'alternatives',
  'localtime',
  'fonts',
  // Debian’s program of that name is a script that reads it.
  'chromium.d',
  'protocols',
  'services',
];

/** The machine's programs and libraries, read-only. */
export async function systemMounts(etcFolder: string): Promise<Mount[]> {
  const etc = await Promise.all(ETC.map((name) => existing(join('/etc', name))));
  return [
    ...(await systemFolders('/')),
    ...etc.flat(),
    ...(await ownEtc(etcFolder)),
    ...(await javaSettings()),
  ];
}

/** Programs and libraries of the system below `root`. */
export async function systemFolders(root: string): Promise<Mount[]> {
  const folders = await Promise.all(SYSTEM_FOLDERS.map((path) => systemFolder(root, path)));
  return folders.flat();
}

async function systemFolder(root: string, path: string): Promise<Mount[]> {
  const source = join(root, path);
  const stat = await lstat(source).catch(() => null);
  if (stat === null) return [];
  // On a merged /usr these are links, and have to stay links for programs that resolve their own path.
  if (stat.isSymbolicLink()) return [['--symlink', await readlink(source), path]];
  return [['--ro-bind', source, path]];
}

/** Links are followed here, since what they point to (/run/systemd/…) is not in the sandbox. */
export async function existing(path: string): Promise<Mount[]> {
  const real = await realpath(path).catch(() => null);
  return real === null ? [] : [['--ro-bind', real, path]];
}

/** Debian keeps the files without which no Java program starts in /etc, and links to them from /usr. */
async function javaSettings(): Promise<Mount[]> {
  const names = await readdir('/etc').catch((): string[] => []);
  const java = names.filter((name) => /^java-\d+-openjdk$/.test(name));
  return (await Promise.all(java.map((name) => existing(join('/etc', name))))).flat();
}

/** Files of our own where the machine's would name its people or need its services. */
export async function ownEtc(folder: string): Promise<Mount[]> {
  const hosts = await readFile('/etc/hosts', 'utf8').catch(() => '');
  const files = {
    passwd: 'root:x:0:0:root:/nonexistent:/bin/false\nagent:x:1000:1000:agent:/home/agent:/bin/bash\n',
    group: 'root:x:0:\nagent:x:1000:\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
    hosts: `127.0.0.1 localhost sandbox\n::1 localhost\n${hosts}`,
  };
  await mkdir(folder, { recursive: true });
  const mounts: Mount[] = [];
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content);
    mounts.push(['--ro-bind', join(folder, name), `/etc/${name}`]);
  }
  return mounts;
}

/** The folders that programs come from, below which `/usr` needs no further mount. */
const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export interface NodeToolchain {
  mounts: Mount[];
  /** Folders to search for programs, before the system's. */
  path: string[];
}

/**
 * npm and its companions where they were installed below somebody's HOME (nvm, `~/.local`): these programs alone,
 * since the folders around them hold other things, sign-ins of other tools among them.
 */
export async function nodeToolchain(searchPath: string): Promise<NodeToolchain> {
  const folders = searchPath.split(delimiter).filter((folder) => !folder.includes('node_modules'));
  for (const folder of folders) {
    if ((await lstat(join(folder, 'npm')).catch(() => null)) === null) continue;
    // The first npm on the path is the one that counts; the system's is there already.
    return SYSTEM_PATH.includes(folder) ? { mounts: [], path: [] } : toolchainIn(folder);
  }
  return { mounts: [], path: [] };
}

async function toolchainIn(folder: string): Promise<NodeToolchain> {
  const mounts: Mount[] = [];
  for (const name of ['npm', 'npx', 'corepack']) {
    const path = join(folder, name);
    const stat = await lstat(path).catch(() => null);
    if (stat?.isSymbolicLink() === true) mounts.push(['--symlink', await readlink(path), path]);
    else if (stat !== null) mounts.push(['--ro-bind', path, path]);
  }
  const modules = join(dirname(folder), 'lib', 'node_modules');
  mounts.push(...(await existing(modules)));
  return { mounts, path: [folder] };
}

/** The system's part of a sandbox's PATH. */
export const SYSTEM_SEARCH_PATH = SYSTEM_PATH.join(delimiter);
