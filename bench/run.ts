import { readdirSync } from 'node:fs';
import { messageOf } from '../src/core/errors.ts';
import type { BenchRow } from './pdu.ts';

interface BenchModule {
  /** Measures and hands each figure to `emit` as soon as it stands. */
  readonly run: (emit: (row: BenchRow) => void) => Promise<void>;
}

/** Every bench is a file beside this one that exports `run`. */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));

if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : names) await runBench(name);
}

/** One failed bench does not keep the others from being measured, but the exit status tells. */
async function runBench(name: string): Promise<void> {
  console.error(`${name} …`);
  try {
    const { run } = (await import(`./${name}.ts`)) as BenchModule;
    await run((row) => console.log(JSON.stringify(row)));
  } catch (error) {
    console.error(`${name} failed: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
