import type { CallFacts } from './call-state.ts';

/** What people who watch calls want to hear of. */
export type CallChange = 'started' | 'ringing' | 'answered' | 'moved' | 'ended';

/**
 * What happened to a call between two states of knowledge, in the order in which it must have happened. Empty when
 * something was learnt that changes nothing of this (a CDR after the end).
 */
export function callChanges(before: CallFacts | undefined, after: CallFacts): readonly CallChange[] {
  const changes: CallChange[] = [];
  if (before === undefined) changes.push('started');
  if (after.status === 'ringing' && before?.status !== 'ringing') changes.push('ringing');
  if (isAnswered(after) && (before === undefined || !isAnswered(before))) changes.push('answered');
  if (before !== undefined && before.place !== after.place) changes.push('moved');
  if (after.endedAt !== null && (before === undefined || before.endedAt === null)) changes.push('ended');
  return changes;
}

function isAnswered({ status }: CallFacts): boolean {
  return status === 'answered' || status === 'completed';
}
