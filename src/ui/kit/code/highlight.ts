// The highlighter is large: import this file lazily, through `useHighlighted`.
import { createLowlight } from 'lowlight';
import type { CodeLook, CodeToken } from './code-token';
import { grammarOf, loadGrammar } from './grammars';

const lowlight = createLowlight();

/** The highlighter's own names for what has a look here. */
const LOOKS: Readonly<Record<string, CodeLook>> = {
  'hljs-keyword': 'keyword',
  'hljs-meta': 'keyword',
  'hljs-selector-tag': 'keyword',
  'hljs-string': 'string',
  'hljs-regexp': 'string',
  'hljs-char': 'string',
  'hljs-number': 'number',
  'hljs-literal': 'number',
  'hljs-symbol': 'number',
  'hljs-comment': 'comment',
  'hljs-quote': 'comment',
  'hljs-title': 'name',
  'hljs-section': 'name',
  'hljs-type': 'type',
  'hljs-built_in': 'type',
  'hljs-selector-class': 'type',
  'hljs-attr': 'attribute',
  'hljs-attribute': 'attribute',
  'hljs-property': 'attribute',
  'hljs-variable': 'attribute',
  'hljs-template-variable': 'attribute',
  'hljs-name': 'tag',
  'hljs-tag': 'tag',
  'hljs-addition': 'added',
  'hljs-deletion': 'removed',
  'hljs-strong': 'strong',
  'hljs-emphasis': 'strong',
};

type Highlighted = ReturnType<typeof lowlight.highlight>;
type Node = Highlighted['children'][number];

/** Makes a language ready for `highlight`; false for one that has no grammar here. Rejects when it can't be loaded. */
export async function prepare(language: string): Promise<boolean> {
  const name = grammarOf(language);
  if (name === null) return false;
  if (lowlight.registered(name)) return true;
  for (const [each, grammar] of await loadGrammar(name)) lowlight.register(each, grammar);
  return true;
}

/** The code in pieces with their looks; null for a language that is not prepared. */
export function highlight(code: string, language: string): readonly CodeToken[] | null {
  const name = grammarOf(language);
  if (name === null || !lowlight.registered(name)) return null;
  return lowlight.highlight(name, code).children.map(tokenOf);
}

function tokenOf(node: Node): CodeToken {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element') return '';
  const { className } = node.properties;
  const names = Array.isArray(className) ? className.map(String) : [];
  const look = names.map((name) => LOOKS[name]).find((known) => known !== undefined) ?? null;
  return { look, inside: node.children.map(tokenOf) };
}
