import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';

const Flat = z.object({ sources: z.array(z.string().nullable()).default([]) });
/** Maps come flat or in sections, and the bundler's own runtime has both. */
const SourceMap = Flat.extend({ sections: z.array(z.object({ map: Flat })).default([]) });

/** A bundle as Next writes them; manifests beside them hold data alone and have no map. */
const BUNDLE = /^[.]next\/server\/(?!.*manifest[.]js$).+[.]js$/;

function decode(source: string): string {
  try {
    return decodeURIComponent(source);
  } catch (error) {
    if (error instanceof URIError) return source;
    throw error;
  }
}

/** What of the project and of its packages went into a bundle, by paths from the project's folder. */
function sourcesOf(projectFolder: string, mapPath: string): string[] {
  const map = SourceMap.parse(JSON.parse(readFileSync(mapPath, 'utf8')));
  const sources = [map, ...map.sections.map((section) => section.map)].flatMap((part) => part.sources);
  return sources
    .filter((source) => source !== null)
    .map((source) => relative(projectFolder, resolve(dirname(mapPath), decode(source))));
}

/**
 * The files behind a traced file, when it is a bundle. Throws where a bundle has no source map: what cannot be looked
 * into must not pass as clean.
 */
export function bundleSources(projectFolder: string, path: string): readonly string[] {
  if (!BUNDLE.test(path)) return [];
  const mapPath = resolve(projectFolder, `${path}.map`);
  if (!existsSync(mapPath)) {
    throw new Error(`${path} has no source map, so nobody can say what code it holds.`);
  }
  return sourcesOf(projectFolder, mapPath);
}
