// npm run modal:image [-- name:tag]
// Bundles what runs inside a sandbox, and has Modal build and publish the image that sandboxes start from.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { publishSandboxImage } from '@/integrations/modal/publish-image';
import { optionalDependencies } from '../package.json';
import { buildSandbox } from '../sandbox/image/build';

/** As the app reads them. */
const Variables = z.object({
  MODAL_TOKEN_ID: z.string().min(1),
  MODAL_TOKEN_SECRET: z.string().min(1),
  MODAL_ENVIRONMENT: z.string().min(1).optional(),
  MODAL_IMAGE: z.string().min(1).default('dispatch-sandbox'),
});

/** Its supervisor and bridge, as text. */
async function bundlePrograms(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-image-'));
  try {
    await buildSandbox(folder);
    const read = (name: string) => [name, readFileSync(join(folder, name), 'utf8')] as const;
    return Object.fromEntries(['supervisor.mjs', 'bridge.mjs'].map(read));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const variables = Variables.safeParse(process.env);
if (!variables.success) {
  process.stderr.write(`modal:image needs a token of Modal:\n${z.prettifyError(variables.error)}\n`);
  process.exitCode = 2;
} else {
  const { MODAL_TOKEN_ID: tokenId, MODAL_TOKEN_SECRET: tokenSecret, MODAL_IMAGE } = variables.data;
  const name = process.argv[2] ?? MODAL_IMAGE;
  const account = { tokenId, tokenSecret, environment: variables.data.MODAL_ENVIRONMENT };
  const programs = await bundlePrograms();
  const opencodeVersion = optionalDependencies['opencode-linux-x64'];
  // An app of its own: a build belongs to no deployment.
  const contents = { name, opencodeVersion, programs };
  const imageId = await publishSandboxImage({ ...account, appName: 'dispatch-images' }, contents);
  process.stdout.write(`${name} is ${imageId}\n`);
}
