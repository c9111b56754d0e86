/**
 * The dependency rule of Dispatch, held as errors.
 *
 *   domain  <-  ports, db  <-  services  <-  api, integrations  <-  app, container
 *   domain  <-  ui, cli, sandbox                 (and, as types only, api <- ui, cli)
 *
 * An arrow reads "is imported by". A rule's name is the sentence a reviewer would say.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const TESTS = '[.](test|spec)[.]tsx?$|^src/testing/|^tests/';
const GENERATED = '^src/generated/';
const severity = 'error';

/** A package that one folder alone may import. */
const ownedBy = (name, folder, packages) => ({
  name: `only-${name}-knows-its-vendor`,
  severity,
  from: { path: '^(src|sandbox|prisma)/', pathNot: [`^${folder}`, TESTS, GENERATED] },
  to: { path: `(^|node_modules/)(${packages})(/|$)` },
});

/** What a layer may see of our own code, beside what `allowed` names nothing. */
const layer = (name, from, allowed) => ({
  name,
  severity,
  from: { path: from, pathNot: TESTS },
  to: { path: '^(src|sandbox)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-zod-and-itself-only',
      severity,
      from: { path: '^src/domain/', pathNot: TESTS },
      to: { pathNot: ['^src/domain/', '(^|node_modules/)zod(/|$)'] },
    },
    layer('ports-know-only-the-domain', '^src/ports/', ['^src/(ports|domain)/']),
    layer('db-knows-only-the-domain', '^src/db/', ['^src/(db|domain)/', '^src/env[.]ts$', GENERATED]),
    layer('services-know-no-transport-and-no-vendor', '^src/services/', ['^src/(services|ports|db|domain)/']),
    layer('api-parses-and-calls-services', '^src/api/', ['^src/(api|services|domain|ports)/']),
    layer('integrations-are-strangers-to-one-another', '^src/integrations/([^/]+)/', [
      '^src/integrations/$1/',
      '^src/(services|ports|domain)/',
      '^src/env[.]ts$',
    ]),
    {
      name: 'clients-take-domain-values-and-api-types',
      severity,
      from: { path: '^src/(ui|cli)/', pathNot: TESTS },
      to: {
        path: '^(src|sandbox)/',
        pathNot: ['^src/(ui|cli|domain)/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'ui-and-cli-share-through-the-domain',
      severity,
      from: { path: '^src/(ui|cli)/', pathNot: TESTS },
      to: { path: '^src/(ui|cli)/', pathNot: ['^src/$1/'] },
    },
    {
      name: 'features-meet-on-the-page',
      comment: 'A screen may use the kit, the live connection and what attaches files, not another screen.',
      severity,
      from: { path: '^src/ui/([^/]+)/', pathNot: TESTS },
      to: { path: '^src/ui/', pathNot: ['^src/ui/$1/', '^src/ui/(kit|live|attachments)/'] },
    },
    layer('sandbox-sees-the-domain-only', '^sandbox/', ['^sandbox/', '^src/domain/']),
    {
      name: 'nothing-deployed-knows-the-embedded-stack',
      severity,
      from: { path: '^(src|sandbox|prisma)/', pathNot: ['^src/embedded/', TESTS] },
      to: { path: '^src/embedded/' },
    },
    {
      name: 'one-composition-root',
      severity,
      from: { path: '^(src|sandbox)/', pathNot: ['^src/app/', '^src/container[.]ts$', TESTS] },
      to: { path: '^src/container[.]ts$' },
    },
    {
      name: 'tests-are-nobody-s-dependency',
      severity,
      from: { path: '^(src|sandbox)/', pathNot: TESTS },
      to: { path: TESTS },
    },
    ownedBy('db', 'src/db/', '@prisma/client|@prisma/adapter-pg'),
    ownedBy('modal', 'src/integrations/modal/', 'modal'),
    ownedBy('slack', 'src/integrations/slack/', '@slack/(bolt|web-api)'),
    ownedBy('github', 'src/integrations/github/', '@octokit/[^/]+|octokit'),
    ownedBy('realtime', '(src/(integrations/pusher|ui/live|cli)|sandbox/bridge)/', 'pusher|pusher-js'),
    {
      name: 'modal-is-loaded-when-it-is-needed',
      comment: 'Its SDK takes a third of a second and 75 MB, which most requests have no use for.',
      severity,
      from: { path: '^(src|sandbox)/', pathNot: TESTS },
      to: { path: '(^|node_modules/)modal(/|$)', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity,
      from: { pathNot: GENERATED },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity,
      from: {
        orphan: true,
        path: '^(src|sandbox)/',
        pathNot: ['[.]d[.]ts$', TESTS, '^src/app/', GENERATED],
      },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true, // sees type-only imports, which the compiler would drop
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
