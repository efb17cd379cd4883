import type { PlanDocument } from '../document/document.ts';
import { targetKey } from '../document/target.ts';
import { type Edge, edgesOf } from './edges.ts';
import { error, type Problem } from './problem.ts';

/**
 * Circles that a call goes round without anybody choosing so. A circle through a menu option is no problem: the caller
 * chose it. Each circle is told once, at the way that closes it.
 */
export function loopProblems(document: PlanDocument): Problem[] {
  const ourNumbers = new Set(document.numbers.map(({ number }) => number));
  const ways = new Map<string, { readonly edge: Edge; readonly to: string }[]>();
  for (const edge of edgesOf(document)) {
    if (!edge.isAutomatic) continue;
    // A forward to a number of ours stays inside, so the circle goes on through that number.
    const isOurs = edge.to.type === 'forward' && ourNumbers.has(edge.to.key);
    const to = isOurs ? `number:${edge.to.key}` : targetKey(edge.to);
    const known = ways.get(edge.from);
    if (known === undefined) ways.set(edge.from, [{ edge, to }]);
    else known.push({ edge, to });
  }
  const problems: Problem[] = [];
  const done = new Set<string>();
  for (const start of ways.keys()) problems.push(...circlesFrom(start, ways, done));
  return problems;
}

/** Depth first without recursion, for a chain of forwards may be as long as the document. */
function circlesFrom(
  start: string,
  ways: ReadonlyMap<string, readonly { readonly edge: Edge; readonly to: string }[]>,
  done: Set<string>,
): Problem[] {
  const problems: Problem[] = [];
  const path: { readonly node: string; next: number }[] = done.has(start) ? [] : [{ node: start, next: 0 }];
  const onPath = new Set<string>([start]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const way = ways.get(top.node)?.[top.next];
    top.next += 1;
    if (way === undefined) {
      path.pop();
      onPath.delete(top.node);
      done.add(top.node);
    } else if (onPath.has(way.to)) {
      const circle = path.slice(path.findIndex(({ node }) => node === way.to)).map(({ node }) => node);
      problems.push(
        error(way.edge.path, `loop: ${[...circle, way.to].join(' → ')} never ends; send one of them somewhere else`),
      );
    } else if (!done.has(way.to)) {
      path.push({ node: way.to, next: 0 });
      onPath.add(way.to);
    }
  }
  return problems;
}
