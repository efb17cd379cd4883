import type { Extension } from './document/extension.ts';
import type { RecordingMode } from './document/policy.ts';
import type { VoiceEvent } from './event.ts';
import { PHRASES } from './phrases.ts';
import { placeOf } from './place.ts';
import type { RoutingPlan } from './plan.ts';
import { promptOf } from './prompt.ts';
import type { CallState, Origin } from './state.ts';
import type { DialStep, Step } from './step.ts';

/** Among the visits of a call: that its caller was told about the recording. No place has this name. */
const TOLD = 'recording told';

/** Names on telephones are short; the rest would be cut there, without asking where. */
const LONGEST_NAME = 80;

/** Control characters, and marks that turn the direction of writing: a name could pass for another with them. */
const UNSHOWABLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What dressing needs of the call. */
interface DressedCall {
  readonly plan: RoutingPlan;
  readonly event: VoiceEvent;
  readonly origin: Origin;
  readonly did: string | undefined;
  readonly visits: CallState['visits'];
  trace(sentence: string): void;
}

/**
 * What every dial gets, whichever node made it: the name to show, and recording with its announcement, which a recorded
 * conference has too. Here and not in the nodes, so that a new kind of place cannot forget that a call is recorded.
 * Emergency calls stay as they are.
 */
export function dressed(call: DressedCall, steps: readonly Step[]): readonly Step[] {
  if (!steps.some((step) => step.kind === 'dial' || step.kind === 'conference')) return steps;
  const { announce, announcement } = call.plan.voice.recording;
  const isToSay = announce && call.visits[TOLD] === undefined;
  return steps.flatMap((step): readonly Step[] => {
    if (step.kind === 'conference' && step.record && isToSay) {
      return [promptOf(call.plan, announcement, PHRASES.recorded), step];
    }
    if (step.kind !== 'dial' || step.isEmergency === true) return [step];
    const named = { ...step, ...shownName(call, step) };
    const isRecorded = recordingWanted(call, step);
    if (!isRecorded) return [named];
    call.trace('the call is recorded from its answer');
    const { resume } = step;
    if (!isToSay) return [{ ...named, record: true }];
    const told: CallState = { ...resume, visits: { ...resume.visits, [TOLD]: 1 } };
    return [promptOf(call.plan, announcement, PHRASES.recorded), { ...named, record: true, resume: told }];
  });
}

/** The prefix of the called number before the caller's name, on phones of ours. */
function shownName({ plan, event, did }: DressedCall, step: DialStep): { readonly callerName?: string } {
  const prefix = did === undefined || step.trunk !== undefined ? undefined : plan.numbers.get(did)?.callerNamePrefix;
  if (prefix === undefined || step.targets.some((target) => target.kind !== 'number')) return {};
  const name = `${prefix} ${event.callerName ?? event.from}`.replace(UNSHOWABLE, ' ').replace(/ {2,}/g, ' ').trim();
  return { callerName: [...name].slice(0, LONGEST_NAME).join('') };
}

/** Whether somebody on this call wants it kept: an extension's own mode goes before the organization's. */
function recordingWanted(call: DressedCall, step: DialStep): boolean {
  const { plan, event, origin } = call;
  const parties: Extension[] = [];
  const caller = origin === 'subscriber' ? plan.extensions.get(event.from) : undefined;
  if (caller !== undefined) parties.push(caller);
  // A forward dials a number outside; it is known by the place that waits for the result.
  const place = placeOf(step.resume.node);
  const forward = place?.type === 'extension' ? plan.extensions.get(place.key) : undefined;
  if (forward?.type === 'forward') parties.push(forward);
  for (const target of step.targets) {
    const called = target.kind === 'number' ? plan.extensions.get(target.number) : undefined;
    if (called !== undefined) parties.push(called);
  }
  const modes = parties.map(({ recording }) => recording ?? plan.voice.recording.mode);
  const kind = kindOf(origin, step);
  // A call that involves no extension (from outside to outside, or to an assistant) is the organization's.
  return (modes.length === 0 ? [plan.voice.recording.mode] : modes).some((mode) => covers(mode, kind));
}

type CallKind = 'inbound' | 'outbound' | 'internal';

function kindOf(origin: Origin, { trunk }: DialStep): CallKind {
  if (origin === 'outside') return 'inbound';
  return origin === 'api' || trunk !== undefined ? 'outbound' : 'internal';
}

function covers(mode: RecordingMode, kind: CallKind): boolean {
  return mode === 'all' || mode === kind || (mode === 'inbound_outbound' && kind !== 'internal');
}
