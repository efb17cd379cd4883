import { refuseBlocked } from './blocking.ts';
import { type Call, go, type Outcome, turnAway } from './call.ts';
import type { VoiceEvent } from './event.ts';
import { followFeatureCode } from './feature-code.ts';
import { outsideNumber } from './outbound.ts';
import { emergencyNumberOf } from './outside/emergency.ts';
import { PHRASES } from './phrases.ts';
import { findNumber, type RoutingPlan } from './plan.ts';
import type { Origin } from './state.ts';

/**
 * Who is on the line. A subscriber is whom the request calls one, who is an active user extension of ours, and for
 * whom nothing shows a trunk: `From` and `Direction` alone can be claimed by anybody outside.
 */
export function originOf(plan: RoutingPlan, event: VoiceEvent): Origin {
  if (event.overTrunk) return 'outside';
  if (event.direction === 'outbound-api') return 'api';
  const caller = plan.extensions.get(event.from);
  const isOurs = caller?.type === 'user' && caller.status === 'active';
  return event.direction === 'subscriber' && isOurs ? 'subscriber' : 'outside';
}

/** The first step of a call: where its caller may go. */
export function arrive(call: Call): Outcome {
  const help = callForHelp(call);
  if (help !== undefined) return help;
  switch (call.origin) {
    case 'subscriber':
      return arriveFromInside(call);
    case 'api':
      return arriveByApi(call);
    case 'outside':
      return arriveFromOutside(call);
  }
}

/**
 * Any telephone that is registered here may call for help, also one whose extension is inactive or unknown. The region's
 * general number goes before everything else that could have that number.
 */
function callForHelp(call: Call): Outcome | undefined {
  const { plan, event } = call;
  if (event.overTrunk || event.direction !== 'subscriber') return undefined;
  const emergency = emergencyNumberOf(event.to, plan.region, plan.voice.emergency.numbers);
  if (emergency === undefined || (!emergency.goesFirst && plan.extensions.has(event.to))) return undefined;
  call.trace(`${event.from || 'a telephone'} dials the emergency number ${event.to}`);
  return go({ type: 'emergency', key: emergency.number });
}

/** From outside: past the blacklist to a number of ours, and to nothing else. */
function arriveFromOutside(call: Call): Outcome {
  const { event } = call;
  call.trace(`call from outside: ${event.from || 'anonymous'} to ${event.to || 'nothing'}`);
  return refuseBlocked(call) ?? toNumber(call, event.to) ?? notInService(call);
}

/** From a phone of ours: an extension, a number of ours (stays inside), or a number outside that the whitelist allows. */
function arriveFromInside(call: Call): Outcome {
  const { plan, event } = call;
  call.trace(`extension ${event.from} dials ${event.to}`);
  if (plan.extensions.has(event.to)) return go({ type: 'extension', key: event.to });
  const ours = toNumber(call, event.to);
  if (ours !== undefined) return ours;
  const feature = followFeatureCode(call);
  if (feature !== undefined) return feature;
  const outside = outsideNumber(plan, event.to);
  if (outside !== undefined) return go({ type: 'forward', key: outside });
  call.trace(`${event.to || 'nothing'} is neither an extension nor a telephone number`);
  return turnAway(call, PHRASES.extensionUnknown);
}

/**
 * A call we placed was answered: its callee is treated as though they had called the number we showed them. Like
 * every caller outside they reach numbers only.
 */
function arriveByApi(call: Call): Outcome {
  const { event } = call;
  call.trace(`call placed by the API: ${event.from} to ${event.to}`);
  return toNumber(call, event.to) ?? toNumber(call, event.from) ?? notInService(call);
}

function toNumber(call: Call, dialed: string): Outcome | undefined {
  const number = findNumber(call.plan, dialed);
  return number === undefined ? undefined : go({ type: 'number', key: number.number });
}

function notInService(call: Call): Outcome {
  call.trace(`${call.event.to || 'nothing'} is not a number of ours`);
  return turnAway(call, PHRASES.notInService);
}
