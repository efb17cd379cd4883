// @ts-check
// How the program is started: its sources put together in `dist/`, which takes half the time and half the memory of reading
// some seven hundred files one by one (ADR 0020). Whoever changes a source gets a new one at the next start. Plain
// JavaScript, because nothing is there yet to read TypeScript.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));

const folder = join(SOURCES, '..', 'dist', stampOf(SOURCES));
const program = join(folder, 'node.mjs');
if (existsSync(program) || (await isMade())) await import(pathToFileURL(program).href);
else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./node.ts');
}

/** False where `dist/` cannot be written, or the sources have a fault: run as they are, they say which. */
async function isMade() {
  try {
    const { bundle } = await import('./bundle.mjs');
    await bundle(SOURCES, folder);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : error;
    console.error(
      `The program cannot be put together in dist/, so it starts slowly, takes more memory and may end when Postgres does: ${reason}`,
    );
    return false;
  }
}

/** A name that changes with any source, and with the packages. @param {string} sources */
function stampOf(sources) {
  const hash = createHash('sha256');
  const lock = statSync(join(sources, '..', 'package-lock.json'), { throwIfNoEntry: false });
  hash.update(`${lock?.mtimeMs}\n${lock?.size}\n`);
  for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(ts|mjs)$/.test(name)) continue;
    const { mtimeMs, size } = statSync(join(sources, name));
    hash.update(`${name}\n${mtimeMs}\n${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
