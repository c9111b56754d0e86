import { posix } from 'node:path';

import { parseGlob } from '../tool-output';
import { changeLines, findFile, openFile, writeFile, type OpenFile } from './files';
import { done, refused, shownPath, unchanged, use, type Desk, type Outcome, type Work } from './desk';

export interface FunctionJob {
  name: string;
  parameters: string;
  expression: string;
  file: string;
}

type ModuleStyle = 'esm' | 'commonjs';

const SCRIPT = /\.[cm]?[jt]sx?$/;
/** Several bare words without an operator between them: a sentence, not an expression. */
const PROSE = /^(?!(?:new|await|typeof|void|delete)\s)[a-z]+(?:\s+(?!(?:in|instanceof)\s)[a-z]+)+$/i;

const styleOf = (lines: readonly string[]): ModuleStyle | undefined => {
  if (lines.some((line) => /^\s*(?:export|import)\b/.test(line))) return 'esm';
  if (lines.some((line) => /\b(?:module\.)?exports\b|\brequire\(/.test(line))) return 'commonjs';
  return undefined;
};

/** How a file shares what it defines: by its own lines, else its name, else the nearest package.json. */
function* moduleStyle(desk: Desk, name: string, lines: readonly string[]): Work<ModuleStyle> {
  const own = styleOf(lines);
  if (own !== undefined) return own;
  if (/\.(?:mjs|mts|ts|tsx|jsx)$/.test(name)) return 'esm';
  if (/\.(?:cjs|cts)$/.test(name)) return 'commonjs';
  const manifest = yield* openFile(
    desk,
    'package.json',
    'I look in `package.json` which kind of modules these are.',
  );
  const isModule = manifest.kind === 'open' && /"type"\s*:\s*"module"/.test(manifest.file.lines.join('\n'));
  return isModule ? 'esm' : 'commonjs';
}

const indentOf = (lines: readonly string[]): string =>
  lines.map((line) => /^(\t| {2,8})\S/.exec(line)?.[1]).find((indent) => indent !== undefined) ?? '  ';

const functionLines = (job: FunctionJob, style: ModuleStyle, lines: readonly string[]): string[] => {
  const end = lines.some((line) => line.trimEnd().endsWith(';')) || lines.length === 0 ? ';' : '';
  const head = `${style === 'esm' ? 'export ' : ''}function ${job.name}(${job.parameters}) {`;
  const body = [head, `${indentOf(lines)}return ${job.expression}${end}`, '}'];
  return style === 'esm' ? body : [...body, '', `module.exports.${job.name} = ${job.name}${end}`];
};

const defines = (lines: readonly string[], name: string): boolean =>
  lines.some((line) =>
    new RegExp(
      String.raw`\b(?:function\*?|const|let|var|class)\s+${name.replaceAll('$', String.raw`\$`)}(?![\w$])`,
    ).test(line),
  );

/** Spells an import as the tests at hand do: with the ending of the file, with `.js` for it, or with none. */
const specifier = (from: string, file: string, sample: string): string => {
  const relative = posix.relative(posix.dirname(from), file);
  const path = relative.startsWith('.') ? relative : `./${relative}`;
  const used = /(?:from|require\()\s*['"](\.[^'"]+)['"]/.exec(sample)?.[1];
  if (used === undefined || SCRIPT.exec(used)?.[0] === SCRIPT.exec(file)?.[0]) return path;
  return path.replace(SCRIPT, SCRIPT.exec(used)?.[0] ?? '');
};

const testContent = (
  job: FunctionJob,
  places: { path: string; specifier: string; style: ModuleStyle },
): string => {
  const { name, expression } = job;
  const head =
    places.style === 'esm'
      ? [
          `import assert from 'node:assert/strict';`,
          `import test from 'node:test';`,
          '',
          `import { ${name} } from '${places.specifier}';`,
        ]
      : [
          `const assert = require('node:assert/strict');`,
          `const test = require('node:test');`,
          '',
          `const { ${name} } = require('${places.specifier}');`,
        ];
  const title = `${name} returns ${expression}`.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`);
  return [
    ...head,
    '',
    `test('${title}', () => {`,
    `  assert.deepEqual(${name}(), ${expression});`,
    '});',
    '',
  ].join('\n');
};

const TESTS = '**/*.test.{js,mjs,cjs,ts,mts,cts}';

/** Puts a test beside the tests there are, if those are of Node's own runner. Returns a sentence about it. */
function* addTest(desk: Desk, job: FunctionJob, file: OpenFile): Work<string> {
  if (job.parameters !== '') return 'I wrote no test for it, since it takes parameters.';
  const text = 'I look for tests, to put one beside them.';
  const { files } = parseGlob(yield* use(desk, 'glob', { values: { pattern: TESTS }, text }));
  const own = posix.basename(file.path).replace(SCRIPT, '');
  const model = files.find((path) => posix.basename(path).startsWith(`${own}.test.`)) ?? files[0];
  if (model === undefined) return 'There are no tests to put one beside.';
  const shownModel = shownPath(desk, model);
  const opened = yield* openFile(desk, model, `I read \`${shownModel}\`, to write one like it.`);
  const sample = opened.kind === 'open' ? opened.file.lines : [];
  if (!sample.some((line) => line.includes('node:test'))) {
    return "I wrote no test for it: the tests here are not of Node's own runner.";
  }
  const ending = /\.test\.[cm]?[jt]s$/.exec(model)?.[0] ?? '.test.js';
  const path = posix.join(posix.dirname(model), `${job.name}${ending}`);
  if (files.includes(path)) return `I wrote no test for it: \`${shownPath(desk, path)}\` is there already.`;
  const style = styleOf(sample) ?? 'esm';
  const content = testContent(job, { path, specifier: specifier(path, file.path, sample.join('\n')), style });
  const failure = yield* writeFile(desk, path, {
    content,
    text: `I add a test, \`${shownPath(desk, path)}\`.`,
  });
  return failure?.sentence ?? `Its test is \`${shownPath(desk, path)}\`.`;
}

const objection = (job: FunctionJob): string | undefined => {
  if (!SCRIPT.test(job.file))
    return `I can add functions to JavaScript and TypeScript files only, not to \`${job.file}\`.`;
  if (PROSE.test(job.expression)) {
    return `"${job.expression}" reads like a sentence. I need an expression, such as \`a + b\`.`;
  }
  return undefined;
};

/** Adds an exported function that returns an expression, with a test where that is simple. */
export function* addFunction(desk: Desk, job: FunctionJob): Work<Outcome> {
  const problem = objection(job);
  if (problem !== undefined) return refused(problem);
  const opened = yield* findFile(desk, job.file, `I read \`${job.file}\` first.`);
  if (opened.kind === 'refused') return opened.outcome;
  const lines = opened.kind === 'open' ? opened.file.lines : [];
  if (defines(lines, job.name)) return unchanged(`\`${job.name}\` is defined in \`${job.file}\` already.`);
  const style = yield* moduleStyle(desk, job.file, lines);
  const added = functionLines(job, style, lines);
  if (opened.kind === 'missing') {
    const text = `There is no \`${job.file}\` yet. I create it with \`${job.name}\`.`;
    const failure = yield* writeFile(desk, job.file, { content: `${added.join('\n')}\n`, text });
    return failure ?? done(`Created \`${job.file}\` with the function \`${job.name}\`.`);
  }
  const { file } = opened;
  if (!file.isExact) return refused(`\`${file.shown}\` has lines that are too long for me to see whole.`);
  const gap = lines.length === 0 || lines.at(-1)?.trim() === '' ? [] : [''];
  const text = `I add \`${job.name}\` at the end of \`${file.shown}\`.`;
  const failure = yield* changeLines(desk, file, { lines: [...lines, ...gap, ...added], text });
  if (failure !== undefined) return failure;
  const aboutTest = yield* addTest(desk, job, file);
  return done(`Added the function \`${job.name}\` to \`${file.shown}\`. ${aboutTest}`);
}
