import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { FieldProblem } from '../core/errors.ts';

/** A problem with the line it stands on, 1-based. */
export interface LinedProblem extends FieldProblem {
  readonly line: number;
}

export type ReadResult<T> =
  | { readonly ok: true; readonly value: T; readonly lineOf: (path: readonly PropertyKey[]) => number }
  | { readonly ok: false; readonly problems: readonly LinedProblem[] };

/**
 * Reads YAML (JSON is YAML too) and checks it against a schema. Lists every problem with its line: broken syntax,
 * unknown and repeated keys, wrong values. Aliases are refused beyond a bound, so a small file cannot become a huge one.
 */
export function readDocument<T>(text: string, schema: z.ZodType<T>): ReadResult<T> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(1, counter.linePos(offset).line);
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: '',
      message: firstSentence(error.message),
      line: lineAt(error.pos[0]),
    }));
    return { ok: false, problems };
  }
  const lineOf = (path: readonly PropertyKey[]) => lineAt(offsetOf(document.contents, path));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: '', message: String(error instanceof Error ? error.message : error), line: 1 }],
    };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data, lineOf };
  const problems = parsed.error.issues.flatMap((issue) => describe(issue, lineOf));
  return { ok: false, problems: problems.sort((left, right) => left.line - right.line) };
}

function describe(issue: z.core.$ZodIssue, lineOf: (path: readonly PropertyKey[]) => number): LinedProblem[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: issue.path.join('.'), message: issue.message, line: lineOf(issue.path) }];
  }
  return issue.keys.map((key) => {
    const path = [...issue.path, key];
    return {
      path: path.join('.'),
      message: `"${key}" is not a key here; remove it or correct its spelling`,
      line: lineOf(path),
    };
  });
}

/** Where a path begins in the text; of a path that is missing, where the nearest thing that holds it begins. */
function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function firstSentence(message: string): string {
  return message.split('\n')[0] ?? message;
}
