import type { PlanDocument } from './document/document.ts';
import { deadEndProblems } from './validate/dead-ends.ts';
import { duplicateProblems } from './validate/duplicates.ts';
import { loopProblems } from './validate/loops.ts';
import { outboundProblems } from './validate/outbound.ts';
import type { Problem } from './validate/problem.ts';
import { referenceProblems } from './validate/references.ts';

/**
 * Everything wrong with a document that its schema cannot see, all of it at once: duplicates, targets and members
 * that do not exist, loops no caller can leave, dead ends. An `error` refuses the document; a `warning` is told. Pass
 * only documents that went through `planDocumentSchema`. Empty means fit for callers.
 */
export function validate(document: PlanDocument): Problem[] {
  return [
    ...duplicateProblems(document),
    ...referenceProblems(document),
    ...loopProblems(document),
    ...deadEndProblems(document),
    ...outboundProblems(document),
  ];
}
