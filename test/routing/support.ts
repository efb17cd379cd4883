import { readFileSync } from 'node:fs';
import { loadPlanDocument } from '../../src/cli/call/plan-document.ts';
import {
  type Answer,
  type CallState,
  compile,
  createMemoryCounters,
  decide,
  type Facts,
  type Finding,
  type MemoryCounters,
  type PlanDocument,
  type PlanDocumentInput,
  type Prompt,
  planDocumentSchema,
  type Step,
  type VoiceEvent,
} from '../../src/routing/index.ts';
import { assumedFinding } from '../../src/routing/inquiry.ts';

/** The demo organization. */
export function acme(): PlanDocument {
  return loadPlanDocument(readFileSync(new URL('../fixtures/acme.yaml', import.meta.url), 'utf8')).document;
}

/** A document with these objects and defaults for the rest. */
export function documentOf(parts: Partial<PlanDocumentInput>): PlanDocument {
  return planDocumentSchema.parse({ organization: { slug: 'test', name: 'Test', timezone: 'UTC' }, ...parts });
}

export function users(...numbers: readonly string[]): PlanDocumentInput['extensions'] {
  return numbers.map((number) => ({ number, type: 'user' as const }));
}

/** A call from outside to a number, over a trunk, unless told otherwise. */
export function eventOf(parts: Partial<VoiceEvent> = {}): VoiceEvent {
  return {
    callToken: '00112233445566778899aabbccddeeff',
    from: '+16465550150',
    to: '+16465550100',
    direction: 'inbound',
    overTrunk: true,
    ...parts,
  };
}

/** A call by one of our phones. */
export function dialedBy(from: string, to: string): VoiceEvent {
  return eventOf({ from, to, direction: 'subscriber', overTrunk: false });
}

/** Wednesday noon in New York. */
export const NOON: Facts = { now: new Date('2026-11-18T17:00:00Z'), counters: {}, random: 0 };

/** Decides, with what it asks answered by `facts` and else by a shared state that nobody else uses. */
export function answerTo(
  document: PlanDocument,
  event: VoiceEvent,
  state?: CallState,
  facts: Partial<Facts> = {},
  shared: MemoryCounters = createMemoryCounters(),
): Answer {
  const plan = compile(document);
  const all = { ...NOON, ...facts };
  const counters: Record<string, number> = { ...all.counters };
  const findings: Record<string, Finding> = { ...all.findings };
  for (;;) {
    const decision = decide(plan, event, state, { ...all, counters, findings });
    if (decision.kind === 'answer') return decision;
    for (const question of decision.counters) counters[question.key] = shared.answer('', question, all.now.getTime());
    if (decision.inquiry !== undefined) findings[decision.inquiry.key] = assumedFinding(decision.inquiry);
  }
}

/** The first step of a kind. */
export function stepOf<Kind extends Step['kind']>(answer: Answer, kind: Kind): Extract<Step, { kind: Kind }> {
  const step = answer.steps.find((candidate) => candidate.kind === kind);
  if (step === undefined)
    throw new Error(`no ${kind} in ${answer.steps.map((candidate) => candidate.kind).join(', ')}`);
  return step as Extract<Step, { kind: Kind }>;
}

/** The state in which the call comes back. */
export function resumeOf(answer: Answer): CallState {
  for (const step of answer.steps) if ('resume' in step) return step.resume;
  throw new Error('the call does not come back');
}

/** Numbers that ring in an answer. */
export function rung(answer: Answer): readonly string[] {
  return stepOf(answer, 'dial').targets.map((target) => target.number);
}

/** Everything spoken in an answer, prompts included. */
export function spoken(answer: Answer): string {
  const steps: (Step | Prompt)[] = answer.steps.flatMap((step) => (step.kind === 'gather' ? [...step.prompt] : [step]));
  return steps.flatMap((step) => (step.kind === 'say' ? [step.text] : [])).join(' ');
}

export function kinds(answer: Answer): readonly string[] {
  return answer.steps.map((step) => step.kind);
}
