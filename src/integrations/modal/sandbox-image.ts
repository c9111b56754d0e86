import { gzipSync } from 'node:zlib';
import { SANDBOX_PATHS } from './sandbox-paths';

export interface SandboxImageContents {
  /** The release of OpenCode that the bridge was written for. */
  opencodeVersion: string;
  /** Files of `/opt/dispatch` by their names: the bundled supervisor and bridge. */
  programs: Readonly<Record<string, string>>;
}

/** The Node that sandboxes of the one-machine stack run on too. */
export const SANDBOX_BASE_IMAGE = 'node:24-bookworm-slim';

const PACKAGES = [
  ...['ca-certificates', 'curl', 'git', 'openssh-client', 'procps', 'ripgrep', 'unzip'],
  ...['build-essential', 'python3', 'python3-pip', 'python3-venv'],
];

/** An argument of a program may have 128 kB on Linux; a line of a Dockerfile is one argument of a shell. */
const PIECE_CHARACTERS = 60_000;

/**
 * Layers of the image that sandboxes start from, each a list of Dockerfile commands; what changes most often is last.
 * Modal's builds take no files, so the programs travel in the commands, compressed.
 */
export function sandboxImageLayers({ opencodeVersion, programs }: SandboxImageContents): string[][] {
  const { DISPATCH_WORKSPACE, DISPATCH_STATE, HOME } = SANDBOX_PATHS;
  const opencode = `opencode-linux-x64@${opencodeVersion}`;
  const binary = '"$(npm root --global)/opencode-linux-x64/bin/opencode"';
  return [
    [
      `RUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGES.join(' ')} && rm -rf /var/lib/apt/lists/*`,
    ],
    [
      `RUN mkdir -p ${DISPATCH_WORKSPACE} ${DISPATCH_STATE} ${HOME} /opt/dispatch/bin`,
      `RUN npm install --global ${opencode} && ln -s ${binary} /opt/dispatch/bin/opencode`,
    ],
    Object.entries(programs).flatMap(([name, text]) => writeCommands(`/opt/dispatch/${name}`, text)),
  ];
}

function writeCommands(path: string, text: string): string[] {
  const packed = gzipSync(text).toString('base64');
  const pieces = packed.match(new RegExp(`.{1,${PIECE_CHARACTERS}}`, 'g')) ?? [];
  return [
    ...pieces.map((piece) => `RUN echo ${piece} >> ${path}.b64`),
    `RUN base64 -d ${path}.b64 | gzip -d > ${path} && rm ${path}.b64`,
  ];
}
