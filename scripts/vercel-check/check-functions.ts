import { sizeBytesOf, type BuiltFunction } from './built-function';
import type { DeclaredRoute } from './declared-routes';
import { whyForbidden } from './forbidden-file';

const MB = 1024 * 1024;

export const LIMITS = {
  runtime: 'nodejs24.x',
  /** Vercel's longest duration, on its Pro plan. */
  maxDurationSeconds: 800,
  /** Vercel's limit for an unpacked function. */
  maxSizeBytes: 250 * MB,
  /** Ours: a cold start loads what it weighs. */
  budgetBytes: 60 * MB,
} as const;

/** What was built, beside what the source promises. */
export interface Deployment {
  functions: readonly BuiltFunction[];
  routes: readonly DeclaredRoute[];
  /** The paths that the platform's clock calls, with leading slash. */
  cronPaths: readonly string[];
}

const inMb = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;
const orDefault = (seconds: number | null): string => (seconds === null ? 'no duration' : `${seconds} s`);

/** Its first path; one function serves a dozen. */
function nameOf({ names: [first = '', ...others] }: BuiltFunction): string {
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

function checkShape(fn: BuiltFunction): string[] {
  const problems: string[] = [];
  const size = sizeBytesOf(fn);
  if (fn.runtime !== LIMITS.runtime) problems.push(`runs on ${fn.runtime}, not on ${LIMITS.runtime}`);
  if ((fn.maxDurationSeconds ?? 0) > LIMITS.maxDurationSeconds) {
    problems.push(
      `may run ${orDefault(fn.maxDurationSeconds)}; Vercel allows ${LIMITS.maxDurationSeconds} s`,
    );
  }
  if (size > LIMITS.maxSizeBytes) problems.push(`weighs ${inMb(size)}; Vercel refuses over 250 MB`);
  else if (size > LIMITS.budgetBytes) problems.push(`weighs ${inMb(size)}; our budget is 60 MB`);
  return problems;
}

/** Each reason once for a function, with the first file that gives it: a whole package would be a long list. */
function checkFiles(fn: BuiltFunction): string[] {
  const found = new Map<string, string>();
  for (const { path, sources } of fn.files) {
    for (const candidate of [path, ...sources]) {
      const reason = whyForbidden(candidate);
      if (reason !== undefined && !found.has(reason)) {
        found.set(reason, candidate === path ? path : `${candidate} (bundled in ${path})`);
      }
    }
  }
  return [...found].map(([reason, file]) => `holds ${reason}: ${file}`);
}

function checkRoute(route: DeclaredRoute, functions: readonly BuiltFunction[]): string[] {
  const fn = functions.find(({ names }) => names.includes(route.name));
  if (!fn) return [`${route.file}: no function answers at /${route.name}`];
  if (fn.maxDurationSeconds === route.maxDurationSeconds) return [];
  const [built, declared] = [fn.maxDurationSeconds, route.maxDurationSeconds].map(orDefault);
  return [`${route.file}: declares ${declared}, the function has ${built}`];
}

/** What is wrong with a deployment, a sentence each; none means that it may go out. */
export function checkFunctions({ functions, routes, cronPaths }: Deployment): string[] {
  const names = new Set(functions.flatMap((fn) => fn.names));
  return [
    ...(routes.length === 0 ? ['the app declares no routes at all'] : []),
    ...functions.flatMap((fn) =>
      [...checkShape(fn), ...checkFiles(fn)].map((problem) => `${nameOf(fn)}: ${problem}`),
    ),
    ...routes.flatMap((route) => checkRoute(route, functions)),
    ...cronPaths
      .filter((path) => !names.has(path.slice(1)))
      .map((path) => `the clock calls ${path}, where no function answers`),
    ...(cronPaths.length === 0 ? ['the clock calls nothing: the crons of vercel.json are missing'] : []),
  ];
}
