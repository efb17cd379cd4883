import { answer, type Call, go, inquire, type Outcome, sayAndHangUp, turnAway } from './call.ts';
import type { FeatureCode } from './document/voice-policy.ts';
import { PHRASES } from './phrases.ts';
import type { Place } from './place.ts';
import type { RoutingPlan } from './plan.ts';

/** What a phone of ours dialled, when it is a feature code: its effect. Undefined when it is none. */
export function followFeatureCode(call: Call): Outcome | undefined {
  const { event, plan } = call;
  const found = featureCodeFor(plan.voice.featureCodes, event.to);
  if (found === undefined) return undefined;
  const { feature, rest } = found;
  if (feature.extensions !== undefined && !feature.extensions.includes(event.from)) {
    call.trace(`feature code ${feature.code} is not for extension ${event.from}`);
    return turnAway(call, PHRASES.featureRefused);
  }
  switch (feature.action) {
    case 'voicemail':
      call.trace(`feature code ${feature.code}: the mailbox of ${event.from}`);
      return go({ type: 'mailbox', key: event.from });
    case 'conference':
      return toConference(call, feature, rest);
    case 'night_mode':
      return toggleNightMode(call, feature);
  }
}

/** The longest code that fits. Digits may follow only where they mean something. */
function featureCodeFor(
  codes: readonly FeatureCode[],
  dialed: string,
): { readonly feature: FeatureCode; readonly rest: string } | undefined {
  const fitting = codes.filter(({ code, action }) =>
    action === 'conference' ? dialed.startsWith(code) : dialed === code,
  );
  const [feature] = fitting.sort((left, right) => right.code.length - left.code.length);
  return feature === undefined ? undefined : { feature, rest: dialed.slice(feature.code.length) };
}

function toConference(call: Call, { code }: FeatureCode, rest: string): Outcome {
  const place = conferenceOf(call.plan, rest);
  if (place === undefined) {
    call.trace(`feature code ${code}: there is no conference ${rest || 'without a number'}`);
    return turnAway(call, PHRASES.conferenceUnknown);
  }
  call.trace(`feature code ${code}: conference ${rest}`);
  return go(place);
}

/** A room of that name, an extension of type conference with that number, or the n-th room. */
function conferenceOf(plan: RoutingPlan, digits: string): Place | undefined {
  if (plan.conferenceRooms.has(digits)) return { type: 'conference_room', key: digits };
  if (plan.extensions.get(digits)?.type === 'conference') return { type: 'extension', key: digits };
  const nth = /^[1-9]$/.test(digits) ? [...plan.conferenceRooms.keys()][Number(digits) - 1] : undefined;
  return nth === undefined ? undefined : { type: 'conference_room', key: nth };
}

/** Forces schedules closed, or lets them follow their ranges again when all of them are forced closed. */
function toggleNightMode(call: Call, { code, schedules }: FeatureCode): Outcome {
  const { plan, event, facts } = call;
  const names = (schedules ?? [...plan.businessHours.keys()]).filter((name) => plan.businessHours.has(name));
  if (names.length === 0) {
    call.trace(`feature code ${code}: there are no business hours to switch`);
    return turnAway(call, PHRASES.featureRefused);
  }
  const isNight = !names.every((name) => isForcedClosed(plan, name, facts.now));
  const key = `night_mode:${names.join(',')}`;
  const finding = facts.findings?.[key];
  if (finding === undefined) {
    return inquire({ kind: 'toggle_night_mode', key, schedules: names, isNight, extension: event.from });
  }
  const isDone = finding.kind === 'changed';
  call.trace(`night mode of ${names.join(', ')} ${isDone ? '' : 'could not be '}switched ${isNight ? 'on' : 'off'}`);
  if (!isDone) return sayAndHangUp(PHRASES.nightModeFailed);
  call.effect({ kind: 'toggle_night_mode', schedules: names, isNight });
  return answer({ kind: 'say', text: isNight ? PHRASES.nightModeOn : PHRASES.nightModeOff }, { kind: 'hangup' });
}

function isForcedClosed(plan: RoutingPlan, schedule: string, now: Date): boolean {
  const override = plan.businessHours.get(schedule)?.calendar.override;
  return (
    override !== undefined && !override.isOpen && (override.untilMs === undefined || now.getTime() < override.untilMs)
  );
}
