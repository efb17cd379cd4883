import { and, eq, inArray } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { AppError, type FieldProblem } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { columnOf, type Form, keyOf, type Resource, type Row } from './definition.ts';
import { mergePatch, parseForm, toForms } from './forms.ts';
import { createResource, createResources, patchResource, putResource } from './write.ts';

/** A row of a file as an object, or what was wrong with it. */
export interface ImportRow {
  readonly line: number;
  readonly input: Form;
  readonly problems?: readonly FieldProblem[];
}

export interface ImportOptions {
  /** `all`: one bad row and nothing is changed; `good`: the good rows are kept. */
  readonly keep: 'all' | 'good';
  /** What a row means whose key exists: a mistake, the fields to change, the whole object, or nothing to do. */
  readonly existing: 'refuse' | 'merge' | 'replace' | 'skip';
  /** Does everything and undoes it: the answer is exactly what would happen. */
  readonly isPreview: boolean;
  readonly onProgress?: (rows: number) => void;
}

export interface ImportProblem extends FieldProblem {
  readonly line: number;
}

export interface ImportResult {
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  /** The first thousand. */
  readonly problems: readonly ImportProblem[];
  /** False for a preview, and where a bad row undid the rest. */
  readonly isDone: boolean;
}

const CHUNK = 200;
const MOST_PROBLEMS = 1_000;

/**
 * Objects from the rows of a file, through the same validation, audit and hooks as single ones. Rows are handled in order,
 * some hundred at a time, so memory does not grow with the file. `all` and previews are one transaction; `good` is one for
 * each chunk, so that a long import does not stop everybody else.
 */
export async function importResources(
  context: Context,
  resource: Resource,
  rows: AsyncIterable<ImportRow>,
  options: ImportOptions,
): Promise<ImportResult> {
  context.require(`${resource.permission}.write`);
  const tally = new Tally(options.onProgress);
  const isOne = options.keep === 'all' || options.isPreview;
  const work = async (outer: Context): Promise<void> => {
    for await (const chunk of chunksOf(rows)) {
      await outer.transaction((inner) => importChunk(inner, resource, chunk, options, tally));
      tally.passed(chunk.length);
    }
  };
  if (!isOne) {
    await work(context);
    return tally.result(true);
  }
  const isUndone = () => options.isPreview || tally.refused > 0;
  await context
    .transaction(async (inner) => {
      await work(inner);
      if (isUndone()) throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return tally.result(!isUndone());
}

/** Thrown to undo what was done on purpose. */
class Undo extends Error {}

class Tally {
  rows = 0;
  created = 0;
  changed = 0;
  unchanged = 0;
  refused = 0;
  readonly #problems: ImportProblem[] = [];
  readonly #onProgress: ((rows: number) => void) | undefined;

  constructor(onProgress: ((rows: number) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  passed(count: number): void {
    this.rows += count;
    this.#onProgress?.(this.rows);
  }

  refuse(line: number, problems: readonly FieldProblem[]): void {
    this.refused += 1;
    for (const problem of problems)
      if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ ...problem, line });
  }

  result(isDone: boolean): ImportResult {
    const { rows, created, changed, unchanged, refused } = this;
    return { rows, created, changed, unchanged, refused, problems: this.#problems, isDone };
  }
}

async function importChunk(
  context: Context,
  resource: Resource,
  chunk: readonly ImportRow[],
  options: ImportOptions,
  tally: Tally,
): Promise<void> {
  const good: { readonly row: ImportRow; readonly key: string }[] = [];
  for (const row of chunk) {
    if (row.problems === undefined) good.push({ row, key: keyOf(resource, row.input) });
    else tally.refuse(row.line, row.problems);
  }
  const known = await formsByKey(
    context,
    resource,
    good.map(({ key }) => key),
  );
  const fresh = good.filter(({ key }) => !known.has(key));
  await createAll(
    context,
    resource,
    fresh.map(({ row }) => row),
    tally,
  );
  for (const { row, key } of good) {
    const form = known.get(key);
    if (form !== undefined) await meetExisting(context, resource, row, key, form, options.existing, tally);
  }
}

/** All at once where they are all good, which they mostly are; else one by one, so that each bad one is named. */
async function createAll(
  context: Context,
  resource: Resource,
  rows: readonly ImportRow[],
  tally: Tally,
): Promise<void> {
  if (rows.length === 0) return;
  try {
    await context.savepoint((inner) =>
      createResources(
        inner,
        resource,
        rows.map(({ input }) => input),
      ),
    );
    tally.created += rows.length;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const row of rows) {
      if (await attemptRow(context, row, tally, (inner) => createResource(inner, resource, row.input)))
        tally.created += 1;
    }
  }
}

async function meetExisting(
  context: Context,
  resource: Resource,
  row: ImportRow,
  key: string,
  form: Form,
  existing: ImportOptions['existing'],
  tally: Tally,
): Promise<void> {
  if (existing === 'skip') {
    tally.unchanged += 1;
    return;
  }
  if (existing === 'refuse') {
    const message = `there is already a ${resource.noun} ${key}; choose what to do with those that exist`;
    tally.refuse(row.line, [{ path: resource.key, message }]);
    return;
  }
  const isMerge = existing === 'merge';
  const done = await attemptRow(context, row, tally, async (inner) => {
    const wanted = parseForm(resource, isMerge ? mergePatch(form, row.input) : row.input);
    if (isSame(resource, form, wanted)) return 'same';
    await (isMerge ? patchResource(inner, resource, key, row.input) : putResource(inner, resource, key, row.input));
    return 'changed';
  });
  if (done === 'same') tally.unchanged += 1;
  else if (done === 'changed') tally.changed += 1;
}

/** Secrets are not read here, so a row that brings one is taken for a change. */
function isSame(resource: Resource, form: Form, wanted: Form): boolean {
  if ((resource.secrets ?? []).some((secret) => wanted[secret] !== undefined)) return false;
  return JSON.stringify(sorted(parseForm(resource, form))) === JSON.stringify(sorted(wanted));
}

function sorted(form: Form): [string, unknown][] {
  return Object.entries(form)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

async function attemptRow<T>(
  context: Context,
  row: ImportRow,
  tally: Tally,
  work: (inner: Context) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await context.savepoint(work);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    tally.refuse(row.line, error.problems.length > 0 ? error.problems : [{ path: '', message: error.detail }]);
    return undefined;
  }
}

async function formsByKey(context: Context, resource: Resource, keys: readonly string[]): Promise<Map<string, Form>> {
  if (keys.length === 0) return new Map();
  const rows = (await context.db
    .select()
    .from(resource.table as PgTable)
    .where(
      and(
        eq(resource.table.organizationId, context.organizationId),
        inArray(columnOf(resource, resource.key), [...keys]),
      ),
    )) as Row[];
  const forms = await toForms(context, resource, rows);
  return new Map(rows.map((row, index) => [String(row[resource.key]), forms[index] ?? {}]));
}

async function* chunksOf(rows: AsyncIterable<ImportRow>): AsyncGenerator<readonly ImportRow[]> {
  let chunk: ImportRow[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
