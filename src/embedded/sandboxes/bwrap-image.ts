import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { existing, type Mount, ownEtc, systemFolders } from './bwrap-root';

const ImageFile = z.object({ name: z.string(), env: z.record(z.string(), z.string()) });

/** Folders that stand in the image beside the system's. */
const FOLDERS = ['/etc', '/ms-playwright', '/opt/dispatch/bin'];

/**
 * The base image that `npm run image -- --local` built, in place of this machine's programs. Of the machine's own
 * there are only its name server and the certificates that it trusts. Throws when there is no such image.
 */
export async function imageMounts(root: string, etcFolder: string): Promise<Mount[]> {
  const image = await realpath(root).catch(() => root);
  const { env } = await readImageFile(image);
  return [
    ...(await systemFolders(image)),
    ...FOLDERS.map((path): Mount => ['--ro-bind', join(image, path), path]),
    ...(await existing('/etc/resolv.conf')),
    ...(await existing('/etc/ssl/certs/ca-certificates.crt')),
    ...(await ownEtc(etcFolder)),
    ...Object.entries(env).map(([name, value]): Mount => ['--setenv', name, value]),
  ];
}

async function readImageFile(image: string): Promise<z.infer<typeof ImageFile>> {
  try {
    return ImageFile.parse(JSON.parse(await readFile(join(image, 'opt/dispatch/image.json'), 'utf8')));
  } catch (cause) {
    throw new Error(`SANDBOX_ROOT is ${image}, which is no image. Type: npm run image -- --local`, { cause });
  }
}
