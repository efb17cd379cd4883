// @ts-check
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { DRIVER_SOURCE, mendDriver } from './db/mended-driver.mjs';

/** A running program loads what it needs later from the bundle it began with, so the last ones stay. */
const KEPT = 3;

/**
 * Puts the sources of `sources/node.ts` together in `folder`, packages left where they are but the one that is mended. All
 * or nothing: another process that does the same at the same moment changes nothing.
 * @param {string} sources
 * @param {string} folder
 */
export async function bundle(sources, folder) {
  const all = dirname(folder);
  mkdirSync(all, { recursive: true });
  const unfinished = join(all, `.${basename(folder)}-${process.pid}`);
  try {
    await build({
      entryPoints: [join(sources, 'node.ts')],
      outdir: unfinished,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'linked',
      logLevel: 'silent',
      plugins: [besideTheSource(sources, folder), mendedDriver()],
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!isThere(folder)) throw error;
  }
  forgetOlder(all);
}

/**
 * `import.meta.url` of a source stays the address of that source: files that lie beside it are found there.
 * @param {string} sources
 * @param {string} folder
 * @returns {import('esbuild').Plugin}
 */
function besideTheSource(sources, folder) {
  return {
    name: 'beside-the-source',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.startsWith(sources)) return undefined;
        const address = JSON.stringify(relative(folder, path));
        const text = readFileSync(path, 'utf8');
        return { loader: 'ts', contents: text.replaceAll('import.meta.url', `new URL(${address}, import.meta.url)`) };
      });
    },
  };
}

/**
 * Takes the database driver in, with what `mended-driver.mjs` says differently.
 * @returns {import('esbuild').Plugin}
 */
function mendedDriver() {
  return {
    name: 'mended-driver',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^postgres$/ }, () => ({ path: fileURLToPath(import.meta.resolve('postgres')) }));
      onLoad({ filter: DRIVER_SOURCE }, ({ path }) => ({
        loader: 'js',
        contents: mendDriver(path, readFileSync(path, 'utf8')),
      }));
    },
  };
}

/** @param {string} folder */
function isThere(folder) {
  return statSync(folder, { throwIfNoEntry: false }) !== undefined;
}

/** @param {string} all */
function forgetOlder(all) {
  const made = readdirSync(all)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => ({ name, at: statSync(join(all, name)).mtimeMs }))
    .sort((left, right) => right.at - left.at);
  for (const { name } of made.slice(KEPT)) rmSync(join(all, name), { recursive: true, force: true });
}
