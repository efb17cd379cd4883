/**
 * The import fences of src/. `npm run fences` checks them, and checks with test/architecture/canary that each rule still
 * bites. A rule's comment says what to do instead of the import.
 */

/** The floors of the house, lowest first. A folder may import its own floor and those below; no stair runs back up. */
export const FLOORS = [
  ['core'],
  ['db', 'platform', 'modem', 'routing'],
  ['identity', 'voice', 'webhooks', 'emulator', 'streams'],
  ['directory'],
  ['messaging', 'dialer', 'transfers', 'operations', 'deliveries'],
  ['configuration'],
  ['api', 'cli'],
  ['node'],
];

const DOMAINS = 'identity|directory|voice|streams|messaging|dialer|deliveries|transfers|operations|emulator';
/** Folders that decide without asking the world; their name is captured as $1. */
const PURE = '^src/(core|routing|webhooks/cxml|modem/pdu|modem/at|.+/rules)/';
const PURE_BUT_CORE = PURE.replace('core|', '');
/** The codec of documents is pure and has a door of its own, for those who read them without answering calls. */
const CXML_CODEC = '^src/webhooks/cxml/index\\.ts$';
/** Pure code with a contract of its own: rules may name its types (ADR 0011). */
const NAMED_BY_RULES = '^src/(modem/pdu|webhooks)/index\\.ts$';

export default {
  forbidden: [
    rule(
      'core-stands-alone',
      'core is the kernel: it imports nothing of ours. Pass what it needs as an argument, or move the file up.',
      { path: '^src/core/' },
      { path: '^src/', pathNot: '^src/core/' },
    ),
    rule(
      'pure-knows-only-core',
      'A pure folder imports core and itself. Let the shell that calls it bring the value, or declare the type you need here.',
      { path: PURE_BUT_CORE, pathNot: '/rules/' },
      { path: '^src/', pathNot: ['^src/core/', '^src/$1/'] },
    ),
    rule(
      'rules-know-only-core',
      'A rules file imports core, itself, and types of modem/pdu and webhooks. Let the shell that calls it bring the value.',
      { path: '^src/(.+/rules)/' },
      { path: '^src/', pathNot: ['^src/core/', '^src/$1/', NAMED_BY_RULES] },
    ),
    rule(
      'rules-take-types-only',
      'A rules file may name types of modem/pdu and webhooks, and call nothing of them. Take the result as an argument.',
      { path: '^src/.+/rules/' },
      { path: NAMED_BY_RULES, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'pure-has-no-node',
      'A pure folder runs in Node, Workers and browsers alike: no node:* module. Take bytes and values as arguments.',
      { path: PURE },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'pure-has-small-libraries-only',
      'A pure folder knows no framework and no driver; zod, @noble/hashes and libphonenumber-js/min are the small pure ' +
        'libraries it may use. Do the rest in a shell.',
      { path: PURE },
      { path: 'node_modules/', pathNot: 'node_modules/(zod|@noble/hashes|libphonenumber-js/min)/' },
    ),
    rule(
      'pure-is-told-the-time',
      'A pure folder never asks for the time or for chance. Take `now` or the id as an argument.',
      { path: PURE_BUT_CORE },
      { path: '^src/core/(clock|ids|random)\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'webhooks-declare-their-needs',
      'webhooks run at the edge and never wait for a database: they import core and routing. Declare an interface in ' +
        'webhooks/ports.ts and let the composition root fill it.',
      { path: '^src/webhooks/' },
      { path: '^src/', pathNot: '^src/(core|routing|webhooks)/' },
    ),
    rule(
      'emulator-plays-from-outside',
      'The emulator is the other side of the wire: it knows core and the CXML codec, and nothing of how we answer. Read it ' +
        'from a document, or let whoever starts it say it.',
      { path: '^src/emulator/' },
      { path: '^src/', pathNot: ['^src/(core|emulator)/', CXML_CODEC] },
    ),
    rule(
      'emulator-runs-anywhere',
      'The emulator takes its network, clock and waits as ports: no node:* module. Let the command that starts it bring them.',
      { path: '^src/emulator/' },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'edge-stays-light',
      'The voice path also runs on Cloudflare Workers: nothing that worker.ts reaches may need node:*, the database or ' +
        'the platform folder. Put it behind an interface of webhooks/ports.ts.',
      { path: '^src/worker\\.ts$' },
      { path: '^src/(db|platform)/|^node:|^(fs|path|crypto|net|worker_threads)$', reachable: true },
    ),
    rule(
      'modem-knows-only-core',
      'modem speaks to devices and knows neither database nor HTTP: it imports core and itself. Hand the result to a handler.',
      { path: '^src/modem/' },
      { path: '^src/', pathNot: '^src/(core|modem)/' },
    ),
    rule(
      'only-transport-opens-a-port',
      'Only src/modem/transport imports serialport. Use openTransport, so that TCP and the simulator keep working.',
      { pathNot: '^src/modem/transport/' },
      { path: 'node_modules/(serialport|@serialport)/' },
    ),
    rule(
      'only-open-imports-a-driver',
      'Only src/db/open.ts and src/db/embedded import a database driver. Take a Db or a Context as an argument.',
      { pathNot: '^src/db/(open\\.ts$|embedded/)' },
      { path: 'node_modules/(postgres|@electric-sql/pglite)/' },
    ),
    rule(
      'domains-take-modem-types',
      'A domain folder takes types of modem and its pure codec modem/pdu, not the rest. Declare a port ' +
        '(messaging/ports.ts) and let node.ts fill it.',
      { path: `^src/(${DOMAINS})/` },
      { path: '^src/modem/', pathNot: '^src/modem/pdu/index\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'front-door-only',
      'Another domain is entered through its index.ts. Export the verb there, or move what both need to a floor below.',
      { path: '^src/([^/]+)/' },
      { path: `^src/(${DOMAINS}|webhooks)/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', CXML_CODEC] },
    ),
    rule(
      'doors-open-on-domains',
      'api and cli are adapters: they import domain folders, configuration, platform and core; api also the kit of db, ' +
        'cli also routing and modem. Write the verb in its domain and call it here.',
      { path: '^src/(api|cli)/' },
      {
        path: '^src/',
        pathNot: [
          `^src/(${DOMAINS}|webhooks|configuration|platform|core)/`,
          '^src/$1/',
          '^src/db/(context|notify|open|postgres-error|resource)\\.ts$',
          '^src/(routing|modem|modem/pdu)/index\\.ts$',
        ],
      },
    ),
    rule(
      'api-leaves-engines-alone',
      'api shows what domains say; routing and modem are behind them. Add a verb to the domain.',
      { path: '^src/api/' },
      { path: '^src/(routing|modem)/' },
    ),
    rule(
      'cli-asks-no-database',
      'A command calls a verb or the API; the composition root opens the database for it.',
      { path: '^src/cli/' },
      { path: '^src/db/' },
    ),
    rule(
      'doors-never-touch-tables',
      'A query in a route or a command is a smell: api and cli never import tables. Write a named function in the domain.',
      { path: '^src/(api|cli)/' },
      { path: '^src/db/schema/' },
    ),
    rule(
      'console-knows-the-engine-only',
      'web imports routing, core and the generated API client. Ask the API for everything else.',
      { path: '^web/' },
      { path: '^src/', pathNot: '^src/(routing|core)/' },
    ),
    rule(
      'roots-are-imported-by-nobody',
      'node.ts (with its parts in node/) and worker.ts compose the program. Move what you need out of them into a folder.',
      { pathNot: '^src/(node/|node\\.ts$|start\\.mjs$)' },
      { path: '^src/(node/|(node|worker)\\.ts$)' },
    ),
    rule(
      'tests-are-imported-by-nobody',
      'Code never imports test/ or bench/. Move the shared piece into src.',
      { path: '^(src|web)/' },
      { path: '^(test|bench)/' },
    ),
    rule(
      'no-cycles',
      'Two files that need each other are one idea or three: merge them, or move the shared part to a third.',
      {},
      { circular: true },
    ),
    rule(
      'everything-resolves',
      'This import leads nowhere, so no fence can judge it. Mend the path, or add the package.',
      {},
      { couldNotResolve: true },
    ),
    ...FLOORS.slice(0, -1).map((folders, floor) =>
      rule(
        `no-stair-up-from-floor-${floor}`,
        `${folders.join(', ')} may import its own floor and those below. Turn the call round: declare an interface or ` +
          'a callback here and let the upper floor fill it.',
        { path: `^src/(${folders.join('|')})/` },
        {
          path: `^src/(${FLOORS.slice(floor + 1)
            .flat()
            .join('|')})/`,
        },
      ),
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
};

function rule(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}
