import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { FLOORS } from '../../.dependency-cruiser.mjs';

/** Fewer modules than this means that the check looked past the code, not that the code shrank. */
const FEWEST_MODULES = 200;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const canaryRoot = join(root, 'test', 'architecture', 'canary');
const config = await extractConfig(join(root, '.dependency-cruiser.mjs'));
const tsConfig = extractTsConfig(join(root, 'tsconfig.json'));

const house = await look(root);
const cage = await look(canaryRoot);
const canaries = readCanaries(join(canaryRoot));

const complaints = [
  ...house.violations.map(({ rule, from, to, cycle }) => {
    const way = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
    return `${rule.name}: ${from} → ${way}\n    ${commentOf(rule.name)}`;
  }),
  ...(house.totalCruised < FEWEST_MODULES
    ? [`only ${house.totalCruised} modules were seen; at least ${FEWEST_MODULES} are there`]
    : []),
  ...foldersOf(join(root, 'src'))
    .filter((folder) => !FLOORS.flat().includes(folder))
    .map((folder) => `src/${folder} stands on no floor: add it to FLOORS in .dependency-cruiser.mjs`),
  ...canaries
    .filter((canary) => !cage.violations.some((found) => isOf(canary, found)))
    .map(({ rule, file }) => `the canary ${file} breaks ${rule} and was not reported: the rule has stopped to bite`),
  ...config.forbidden
    .filter(({ name }) => !canaries.some(({ rule }) => rule === name))
    .map(({ name }) => `${name} has no canary: add a file to test/architecture/canary that breaks it`),
];

for (const complaint of complaints) console.error(complaint);
console.log(
  `fences: ${house.totalCruised} modules, ${house.totalDependenciesCruised} dependencies, ` +
    `${canaries.length} canaries ${complaints.length === 0 ? 'caught' : `set, ${complaints.length} complaints`}`,
);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** Every module of src (and web, once it is there) under `baseDir`, judged by the rules. */
async function look(baseDir) {
  const { forbidden, options } = config;
  const folders = ['src', 'web'].filter((folder) => existsSync(join(baseDir, folder)));
  const { output } = await cruise(
    folders,
    { ...options, baseDir, validate: true, ruleSet: { forbidden } },
    options.enhancedResolveOptions,
    { tsConfig },
  );
  return output.summary;
}

/** Each file of the cage begins with `// breaks: <rule>, <rule>`. */
function readCanaries(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const rules = /^\/\/ breaks: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1]?.split(', ') ?? [];
      return rules.map((rule) => ({ rule, file: path.slice(directory.length + 1) }));
    });
}

/** A cycle is reported once, at one of its files. */
function isOf({ rule, file }, { rule: found, from, cycle = [] }) {
  return found.name === rule && (from === file || cycle.some(({ name }) => name === file));
}

function foldersOf(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function commentOf(name) {
  return config.forbidden.find((rule) => rule.name === name)?.comment ?? '';
}
