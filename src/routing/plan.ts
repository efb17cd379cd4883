import { toE164 } from '../core/e164.ts';
import { type Blacklist, blacklistInSteps } from './blacklist.ts';
import { type Calendar, compileCalendar } from './calendar.ts';
import type { AiAssistant } from './document/ai-assistant.ts';
import type { AiLoadBalancer } from './document/ai-load-balancer.ts';
import type { BusinessHours, HoursOverride } from './document/business-hours.ts';
import type { ConferenceRoom } from './document/conference-room.ts';
import type { CustomLogic } from './document/custom-logic.ts';
import type { PlanDocument } from './document/document.ts';
import type { Extension } from './document/extension.ts';
import type { IvrMenu } from './document/ivr-menu.ts';
import type { OutboundWhitelistEntry } from './document/outbound-whitelist.ts';
import type { PhoneNumber } from './document/phone-number.ts';
import type { RingGroup } from './document/ring-group.ts';
import type { VoicePolicy } from './document/voice-policy.ts';
import type { VoicemailBox } from './document/voicemail-box.ts';
import { isLimited } from './outside/usage.ts';
import { type PrefixTable, prefixTable } from './prefix-table.ts';
import { regionOf } from './region.ts';
import { type ZoneClock, zoneClock } from './zone.ts';

/** Objects put into a map at a time: far less than a millisecond. */
const AT_ONCE = 500;

/** A document made ready for calls: every look-up a call needs is one or a few Map reads. Never changes. */
export interface RoutingPlan {
  readonly organization: PlanDocument['organization'];
  readonly settings: PlanDocument['settings'];
  readonly voice: VoicePolicy;
  /** Tells the day that daily limits count; absent when nothing is limited. */
  readonly dayClock: ZoneClock | undefined;
  /** ISO 3166 country whose national number spellings are understood. */
  readonly region: string | undefined;
  /** The first active number: the caller id of whoever has none of their own. */
  readonly mainNumber: string | undefined;
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Digits of the longest active extension number. */
  readonly longestExtension: number;
  readonly numbers: ReadonlyMap<string, PhoneNumber>;
  readonly ringGroups: ReadonlyMap<string, RingGroup>;
  readonly ivrMenus: ReadonlyMap<string, IvrMenu>;
  readonly businessHours: ReadonlyMap<
    string,
    BusinessHours & { readonly override: HoursOverride | undefined; readonly calendar: Calendar }
  >;
  readonly conferenceRooms: ReadonlyMap<string, ConferenceRoom>;
  readonly voicemailBoxes: ReadonlyMap<string, VoicemailBox>;
  /** The path of each uploaded sound, by name; undefined when the document does not know what was uploaded. */
  readonly media: ReadonlyMap<string, string> | undefined;
  readonly aiAssistants: ReadonlyMap<string, AiAssistant>;
  readonly aiLoadBalancers: ReadonlyMap<string, AiLoadBalancer>;
  readonly customLogic: ReadonlyMap<string, CustomLogic>;
  readonly blacklist: Blacklist;
  /** By digits, without `+`. */
  readonly whitelist: PrefixTable<OutboundWhitelistEntry>;
}

/**
 * Compiles a document that passed `planDocumentSchema`. It takes documents with problems too (see `validate`): what
 * is missing is met when a call gets there, and the caller hears a sentence. Of two objects with one key the first
 * counts.
 */
export function compile(document: PlanDocument): RoutingPlan {
  const steps = compileInSteps(document);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** `compile` in steps of a few milliseconds, for a process that has calls to answer in between. */
export function* compileInSteps(document: PlanDocument): Generator<void, RoutingPlan> {
  const { organization, settings } = document;
  const mainNumber = document.numbers.find((number) => number.status === 'active')?.number;
  const region = document.voice.region ?? regionOf(mainNumber, organization.timezone);
  yield;
  const blacklist = yield* blacklistInSteps(document.inboundBlacklist, document.blockLists, region);
  const activeExtensions = document.extensions.filter((extension) => extension.status === 'active');
  const extensions = yield* keyedInSteps(document.extensions, (extension) => extension.number);
  const numbers = yield* keyedInSteps(document.numbers, (number) => number.number);
  return {
    organization,
    settings,
    voice: document.voice,
    dayClock: hasLimits(document) ? zoneClock(organization.timezone) : undefined,
    region,
    mainNumber,
    extensions,
    longestExtension: activeExtensions.reduce((longest, { number }) => Math.max(longest, number.length), 0),
    numbers,
    ringGroups: keyed(document.ringGroups, named),
    ivrMenus: keyed(document.ivrMenus, named),
    businessHours: keyed(
      document.businessHours.map((hours) => {
        const override = document.hoursOverrides.find(({ schedule }) => schedule === hours.name);
        return { ...hours, override, calendar: compileCalendar(hours, organization.timezone, override) };
      }),
      named,
    ),
    conferenceRooms: keyed(document.conferenceRooms, named),
    voicemailBoxes: keyed(document.voicemailBoxes, (box) => box.number),
    media: document.media && new Map(document.media.map(({ name, path }) => [name, path])),
    aiAssistants: keyed(document.aiAssistants, named),
    aiLoadBalancers: keyed(document.aiLoadBalancers, named),
    customLogic: keyed(document.customLogic, named),
    blacklist,
    whitelist: prefixTable(
      document.outboundWhitelist
        .filter((entry) => entry.status === 'active')
        .map((entry) => [entry.prefix.slice(1), entry] as const),
    ),
  };
}

function hasLimits({ voice, extensions }: PlanDocument): boolean {
  const all = [voice.limits.extension, voice.limits.organization, ...extensions.map((one) => one.outboundLimits ?? {})];
  return all.some(isLimited);
}

/** The number of ours that `raw` spells, in whatever way: with or without `+`, with 00, or national. */
export function findNumber(plan: RoutingPlan, raw: string): PhoneNumber | undefined {
  const exact = plan.numbers.get(raw);
  if (exact !== undefined) return exact;
  const e164 = toE164(raw, plan.region);
  return e164 === undefined ? undefined : plan.numbers.get(e164);
}

function keyed<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item> {
  const steps = keyedInSteps(items, keyOf);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** For what there may be ten thousands of: pauses every few hundred. */
function* keyedInSteps<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Generator<void, ReadonlyMap<string, Item>> {
  const map = new Map<string, Item>();
  for (const [index, item] of items.entries()) {
    if (!map.has(keyOf(item))) map.set(keyOf(item), item);
    if (index % AT_ONCE === AT_ONCE - 1) yield;
  }
  return map;
}

function named(item: { readonly name: string }): string {
  return item.name;
}
