// npm run image: the base image of sandboxes from its recipe (sandbox/image), as a root on this machine or as the
// commands that Modal builds it with. Nothing here runs on a request.
import { messageOf } from '@/domain/errors';
import { dockerfileLayers, baseImageOf } from '../../sandbox/image/dockerfile';
import { imageName } from '../../sandbox/image/image-name';
import { readRecipe } from '../../sandbox/image/read-recipe';
import type { Recipe } from '../../sandbox/image/recipe';
import { buildRoot } from './build-root';
import { type ImageOptions, readOptions, USAGE } from './options';
import { publishToModal } from './publish-to-modal';
import { type ProofReport, proveRoot } from './prove-root';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function lineOf({ name, ok, seconds, said }: ProofReport): string {
  return `  ${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds.toFixed(1).padStart(5)} s  ${said}`;
}

async function runLocal(recipe: Recipe, { into, json }: ImageOptions): Promise<boolean> {
  const built = await buildRoot(recipe, into, (line) => say(`image: ${line}`));
  say(`image: ${built.name} is ${built.root}${built.did.length === 0 ? ', as it was built before' : ''}`);
  const onReport = (report: ProofReport): void => (json ? say : print)(lineOf(report));
  const proofs = await proveRoot({ recipe, root: built.root, onReport });
  const failed = proofs.filter(({ ok }) => !ok).length;
  if (json) print(JSON.stringify({ ok: failed === 0, ...built, proofs }));
  else
    print(
      `${proofs.length - failed} of ${proofs.length} proofs hold; building took ${built.seconds.toFixed(1)} s`,
    );
  return failed === 0;
}

function printDockerfile(recipe: Recipe): void {
  print(`# ${imageName(recipe)}`);
  print(`FROM ${baseImageOf(recipe)}`);
  for (const { title, commands } of dockerfileLayers(recipe)) print([`# ${title}`, ...commands].join('\n'));
}

async function run(options: ImageOptions): Promise<boolean> {
  const recipe = await readRecipe();
  switch (options.target) {
    case 'local':
      return runLocal(recipe, options);
    case 'name':
      print(imageName(recipe));
      return true;
    case 'modal':
      if (options.print) {
        printDockerfile(recipe);
      } else {
        const { name, imageId } = await publishToModal(recipe, process.env);
        print(`${name} is ${imageId}, ${imageName(recipe)}`);
      }
      return true;
  }
}

try {
  process.exitCode = (await run(readOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  say(`image: ${messageOf(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
