/** A project as it stands in a repository's first commit: path to text. */
export type ProjectFiles = Readonly<Record<string, string>>;

/**
 * The demo repository: small enough to be understood in a minute, with tests that pass, nothing to
 * install, and something left to do in every module.
 */
export const PLAYGROUND: ProjectFiles = {
  'README.md': `# Playground

A tiny shop, to try things on. No dependencies: Node 20 or newer is all it needs.

| module | what it does |
|---|---|
| \`src/greeting.js\` | says hello to a customer |
| \`src/cart.js\` | adds up what is in a cart |
| \`src/slugify.js\` | turns a title into a part of a URL |

\`\`\`sh
npm test     # runs every test in test/
npm start    # prints a sample receipt
\`\`\`

Ideas for a first prompt: greet by the time of day, a discount from ten pieces on, titles with accents.
`,
  'AGENTS.md': `# Rules for agents

- Run \`npm test\` before you finish, and leave it green.
- A new behaviour comes with a test beside the others in \`test/\`.
`,
  'package.json': `{
  "name": "playground",
  "version": "1.0.0",
  "description": "A tiny shop, to try things on.",
  "private": true,
  "license": "MIT",
  "type": "module",
  "scripts": {
    "start": "node src/index.js",
    "test": "node --test"
  },
  "engines": {
    "node": ">=20"
  }
}
`,
  '.gitignore': 'node_modules/\n',
  'src/index.js': `import { cartTotal } from './cart.js';
import { greet } from './greeting.js';
import { slugify } from './slugify.js';

const cart = [
  { title: 'Coffee Beans', priceCents: 1250, quantity: 2 },
  { title: 'Paper Filters', priceCents: 399, quantity: 1 },
];

console.log(greet('Ada'));
for (const { title, quantity } of cart) console.log(\`\${quantity} x /shop/\${slugify(title)}\`);
console.log(\`Total: \${(cartTotal(cart) / 100).toFixed(2)}\`);
`,
  'src/greeting.js': `/** A friendly line for a customer; without a name it still greets. */
export function greet(name) {
  const who = name?.trim() || 'there';
  return \`Hello, \${who}!\`;
}
`,
  'src/cart.js': `/** The price of all pieces of one line of a cart, in cents. */
export function lineTotal({ priceCents, quantity }) {
  if (quantity < 0) throw new RangeError('A quantity can not be negative.');
  return priceCents * quantity;
}

/** The price of a whole cart, in cents. */
export function cartTotal(lines) {
  return lines.reduce((total, line) => total + lineTotal(line), 0);
}
`,
  'src/slugify.js': `/** Turns a title into a part of a URL: "Coffee Beans!" becomes "coffee-beans". */
export function slugify(title) {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
`,
  'test/greeting.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greeting.js';

test('greets a customer by name', () => {
  assert.equal(greet('Ada'), 'Hello, Ada!');
});

test('greets a customer without a name', () => {
  assert.equal(greet('  '), 'Hello, there!');
  assert.equal(greet(undefined), 'Hello, there!');
});
`,
  'test/cart.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cartTotal, lineTotal } from '../src/cart.js';

test('a line costs its price times its quantity', () => {
  assert.equal(lineTotal({ priceCents: 399, quantity: 3 }), 1197);
});

test('a cart costs the sum of its lines', () => {
  const cart = [
    { priceCents: 1250, quantity: 2 },
    { priceCents: 399, quantity: 1 },
  ];
  assert.equal(cartTotal(cart), 2899);
  assert.equal(cartTotal([]), 0);
});

test('a negative quantity is refused', () => {
  assert.throws(() => lineTotal({ priceCents: 100, quantity: -1 }), RangeError);
});
`,
  'test/slugify.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugify } from '../src/slugify.js';

test('words are joined by dashes', () => {
  assert.equal(slugify('Coffee Beans!'), 'coffee-beans');
});

test('dashes never stand at the ends', () => {
  assert.equal(slugify('  -- Hello, World -- '), 'hello-world');
});
`,
};

/** A private repository beside it: a one-page site. */
export const WEB: ProjectFiles = {
  'README.md': `# Acme's web site

One page and a test of it. \`npm test\` checks the page, \`npm start\` serves it on port 8080.
`,
  'package.json': `{
  "name": "web",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node server.js",
    "test": "node --test"
  }
}
`,
  '.gitignore': 'node_modules/\n',
  'server.js': `import { createServer } from 'node:http';
import { renderPage } from './page.js';

createServer((request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(renderPage({ title: 'Acme', lines: ['We make everything.'] }));
}).listen(8080, '127.0.0.1', () => console.log('http://127.0.0.1:8080'));
`,
  'page.js': `const escapeHtml = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);

/** The page as HTML; every text in it is escaped. */
export function renderPage({ title, lines }) {
  const body = lines.map((line) => \`<p>\${escapeHtml(line)}</p>\`).join('');
  return \`<!doctype html><title>\${escapeHtml(title)}</title><h1>\${escapeHtml(title)}</h1>\${body}\`;
}
`,
  'page.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPage } from './page.js';

test('the page shows its title and lines', () => {
  assert.match(renderPage({ title: 'Acme', lines: ['Hi'] }), /<h1>Acme<\\/h1><p>Hi<\\/p>/);
});

test('text is escaped', () => {
  assert.match(renderPage({ title: '<b>', lines: [] }), /&lt;b&gt;/);
});
`,
};
