import { setImmediate as turn } from 'node:timers/promises';

/** Work done at a stretch before waiting callers get their turn. */
const STRETCH_MS = 2;

/** The result of work in small steps, done between the answers of a busy process. */
export async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  let until = performance.now() + STRETCH_MS;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + STRETCH_MS;
  }
}
