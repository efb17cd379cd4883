import { callDetailRecord, type DialWord, dispositionOf, FINAL_STATUS, sessionUpdate } from '../../emulator/index.ts';
import type { CallerInput, DialOutcome } from '../../routing/index.ts';
import { type PlayedCall, type ReadElement, readCxml } from '../../webhooks/index.ts';

/** A call that is over, and how it came to its end. Instants in milliseconds. */
export interface EndedCall extends PlayedCall {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Every document of the call, in order. */
  readonly documents: readonly string[];
  /** Every step that was taken. */
  readonly inputs: readonly CallerInput[];
  /** The script ran out while the call went on: whoever called hangs up. */
  readonly isLeft: boolean;
}

const DIALLED: Readonly<Record<Exclude<DialOutcome, 'canceled'>, DialWord>> = {
  answered: 'completed',
  busy: 'busy',
  'no-answer': 'no-answer',
  failed: 'failed',
};

/** What Cloudonix sends when a call is over: the final session update and the CDR, which frees what the call held. */
export function endOfCall(call: EndedCall) {
  const { startedAt, endedAt } = call;
  const dialled = call.inputs.findLast((input) => input.kind === 'dial')?.outcome;
  const lastDial = dialled === 'canceled' ? undefined : dialled && DIALLED[dialled];
  const documents = call.documents.map((document) => elementsOf(readCxml(document)));
  const isAnswered = lastDial === 'completed' || documents.flat().some(isAnswer);
  const disposition = dispositionOf(isAnswered, howEnded(call, documents.at(-1), dialled), lastDial);
  const facts = {
    plan: { token: call.callToken, from: call.from, to: call.to, direction: call.direction, callerName: undefined },
    startedAt,
    answeredAt: isAnswered ? startedAt : undefined,
    endedAt,
    status: FINAL_STATUS[disposition],
  };
  return {
    session: sessionUpdate(facts, call.domain, `${call.callToken}-end`, endedAt),
    cdr: callDetailRecord(facts, call.domain, disposition),
  };
}

function howEnded(
  { isLeft }: EndedCall,
  last: readonly ReadElement[] | undefined,
  dialled: DialOutcome | undefined,
): Parameters<typeof dispositionOf>[1] {
  if (isLeft || dialled === 'canceled') return { kind: 'caller-left' };
  const refusal = last?.find(({ name }) => name === 'Reject');
  return refusal === undefined
    ? { kind: 'hangup' }
    : { kind: 'reject', reason: refusal.attributes.reason ?? 'rejected' };
}

/** Verbs with which the platform picks up (reference 2.3 to 2.9); Say and Play do unless they say otherwise. */
function isAnswer({ name, attributes }: ReadElement): boolean {
  if (name === 'Say' || name === 'Play') return attributes.answer !== 'false';
  return name === 'Gather' || name === 'Record' || name === 'Connect';
}

function elementsOf(response: ReadElement): readonly ReadElement[] {
  return response.children.filter((child) => typeof child !== 'string');
}
