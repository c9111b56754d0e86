import type { LanguageFn } from 'highlight.js';

type Load = () => Promise<{ default: LanguageFn }>;

interface Grammar {
  load: Load;
  /** What else it is called: after a fence, or at the end of a file's name. */
  names: readonly string[];
  /** Grammars of what may be inside. */
  inside?: readonly string[];
}

/** The languages that have colours, each loaded with the first code in it. */
const GRAMMARS = {
  bash: { load: () => import('highlight.js/lib/languages/bash'), names: ['sh', 'zsh'] },
  c: { load: () => import('highlight.js/lib/languages/c'), names: ['h'] },
  cpp: { load: () => import('highlight.js/lib/languages/cpp'), names: ['cc', 'cxx', 'hpp', 'c++'] },
  csharp: { load: () => import('highlight.js/lib/languages/csharp'), names: ['cs', 'c#'] },
  css: { load: () => import('highlight.js/lib/languages/css'), names: [] },
  diff: { load: () => import('highlight.js/lib/languages/diff'), names: ['patch'] },
  dockerfile: {
    load: () => import('highlight.js/lib/languages/dockerfile'),
    names: ['docker'],
    inside: ['bash'],
  },
  elixir: { load: () => import('highlight.js/lib/languages/elixir'), names: ['ex', 'exs'] },
  go: { load: () => import('highlight.js/lib/languages/go'), names: ['golang'] },
  graphql: { load: () => import('highlight.js/lib/languages/graphql'), names: ['gql'] },
  haskell: { load: () => import('highlight.js/lib/languages/haskell'), names: ['hs'] },
  ini: { load: () => import('highlight.js/lib/languages/ini'), names: ['toml', 'cfg', 'conf'] },
  java: { load: () => import('highlight.js/lib/languages/java'), names: [] },
  javascript: {
    load: () => import('highlight.js/lib/languages/javascript'),
    names: ['js', 'jsx', 'mjs', 'cjs'],
    inside: ['xml'],
  },
  json: { load: () => import('highlight.js/lib/languages/json'), names: ['jsonc', 'json5', 'jsonl'] },
  kotlin: { load: () => import('highlight.js/lib/languages/kotlin'), names: ['kt', 'kts'] },
  less: { load: () => import('highlight.js/lib/languages/less'), names: [] },
  lua: { load: () => import('highlight.js/lib/languages/lua'), names: [] },
  makefile: { load: () => import('highlight.js/lib/languages/makefile'), names: ['make', 'mk'] },
  markdown: {
    load: () => import('highlight.js/lib/languages/markdown'),
    names: ['md', 'mdx'],
    inside: ['xml'],
  },
  nix: { load: () => import('highlight.js/lib/languages/nix'), names: [] },
  perl: { load: () => import('highlight.js/lib/languages/perl'), names: ['pl', 'pm'] },
  php: { load: () => import('highlight.js/lib/languages/php'), names: [] },
  powershell: { load: () => import('highlight.js/lib/languages/powershell'), names: ['ps1'] },
  python: { load: () => import('highlight.js/lib/languages/python'), names: ['py', 'pyi'] },
  r: { load: () => import('highlight.js/lib/languages/r'), names: [] },
  ruby: { load: () => import('highlight.js/lib/languages/ruby'), names: ['rb'] },
  rust: { load: () => import('highlight.js/lib/languages/rust'), names: ['rs'] },
  scala: { load: () => import('highlight.js/lib/languages/scala'), names: [] },
  scss: { load: () => import('highlight.js/lib/languages/scss'), names: [] },
  shell: { load: () => import('highlight.js/lib/languages/shell'), names: ['console'], inside: ['bash'] },
  sql: { load: () => import('highlight.js/lib/languages/sql'), names: [] },
  swift: { load: () => import('highlight.js/lib/languages/swift'), names: [] },
  typescript: {
    load: () => import('highlight.js/lib/languages/typescript'),
    names: ['ts', 'tsx', 'mts', 'cts'],
    inside: ['xml'],
  },
  xml: {
    load: () => import('highlight.js/lib/languages/xml'),
    names: ['html', 'svg', 'vue', 'svelte'],
  },
  yaml: { load: () => import('highlight.js/lib/languages/yaml'), names: ['yml'] },
} satisfies Record<string, Grammar>;

export type GrammarName = keyof typeof GRAMMARS;

// The keys of an object literal are its type's.
const NAMES = Object.keys(GRAMMARS) as GrammarName[];
const BY_NAME = new Map<string, GrammarName>(
  NAMES.flatMap((name) => [name, ...GRAMMARS[name].names].map((other) => [other, name] as const)),
);

/** The grammar of a language as people write it, such as `ts` or `yml`; null when there is none. */
export function grammarOf(language: string): GrammarName | null {
  return BY_NAME.get(language.toLowerCase()) ?? null;
}

/** Loads a grammar, and those of what may be inside. Rejects when the network is away. */
export async function loadGrammar(name: GrammarName): Promise<Map<GrammarName, LanguageFn>> {
  const grammar: Grammar = GRAMMARS[name];
  const names = [name, ...(grammar.inside ?? []).flatMap((other) => grammarOf(other) ?? [])];
  const loaded = await Promise.all(
    names.map(async (each) => [each, (await GRAMMARS[each].load()).default] as const),
  );
  return new Map(loaded);
}
