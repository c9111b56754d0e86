import { createHash } from 'node:crypto';
import { baseImageOf } from './dockerfile';
import type { Recipe } from './recipe';
import { stepsOf } from './steps';

export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Names what the recipe makes without our own files: what takes minutes, and changes seldom. */
export function systemHash(recipe: Recipe): string {
  const commands = stepsOf(recipe).map(({ shell }) => shell);
  const parts = [baseImageOf(recipe), recipe.dpkgOptions, recipe.env, commands];
  return sha256(JSON.stringify(parts)).slice(0, 16);
}

/** `dispatch-base:<hash>`: equal for equal images, and another as soon as anything in the image is. */
export function imageName(recipe: Recipe): string {
  const files = recipe.files.map(({ path, data }) => [path, sha256(data)]);
  return `dispatch-base:${sha256(JSON.stringify([systemHash(recipe), files])).slice(0, 16)}`;
}
