import type { PlanDocument } from './document/document.ts';
import { blockingProblems } from './validate/blocking.ts';
import { deadEndProblems } from './validate/dead-ends.ts';
import { duplicateProblems } from './validate/duplicates.ts';
import { overlapProblems } from './validate/hours.ts';
import { loopProblems } from './validate/loops.ts';
import { menuProblems } from './validate/menus.ts';
import { outboundProblems } from './validate/outbound.ts';
import type { Problem } from './validate/problem.ts';
import { promptProblems } from './validate/prompts.ts';
import { referenceProblems } from './validate/references.ts';

const CHECKS: readonly ((document: PlanDocument) => readonly Problem[])[] = [
  duplicateProblems,
  referenceProblems,
  loopProblems,
  deadEndProblems,
  blockingProblems,
  promptProblems,
  outboundProblems,
  menuProblems,
  overlapProblems,
];

/**
 * Everything wrong with a document that its schema cannot see, all of it at once: duplicates, targets and members
 * that do not exist, loops no caller can leave, dead ends, choices nobody reaches, hours said twice. An `error` refuses the
 * document; a `warning` is told. Pass only documents that went through `planDocumentSchema`. Empty means fit for callers.
 */
export function validate(document: PlanDocument): Problem[] {
  return CHECKS.flatMap((check) => check(document));
}

/** `validate` with a pause after each check, for a process that has calls to answer in between. */
export function* validateInSteps(document: PlanDocument): Generator<void, readonly Problem[]> {
  const problems: Problem[] = [];
  for (const check of CHECKS) {
    problems.push(...check(document));
    yield;
  }
  return problems;
}
