import { E164, MOST_DIGITS, toE164 } from '../core/e164.ts';
import { DigitTable } from './digit-table.ts';
import type { BlockList } from './document/block-list.ts';
import type { InboundBlacklistEntry } from './document/inbound-blacklist.ts';
import type { Treatment } from './document/treatment.ts';
import { matchesGlob } from './glob.ts';

/** The numbers of the long lists, by the list's name. They change beside the plan and are no part of it. */
export interface BlockLists {
  of(list: string): DigitTable | undefined;
}

/** Why a caller is refused. */
export interface Blocked {
  readonly match: InboundBlacklistEntry['match'];
  readonly pattern: string;
  /** The long list the number is on; undefined for an entry of its own. */
  readonly list: string | undefined;
  readonly treatment: Treatment;
}

/** What of a rule is not its digits. Many rules share one, which is what keeps a million of them small. */
interface RuleKind {
  readonly match: InboundBlacklistEntry['match'];
  readonly hasPlus: boolean;
  readonly treatment: Treatment;
  readonly expiresAtMs: number;
}

interface PatternRule extends RuleKind {
  readonly pattern: string;
}

/** Rules ready to be asked. Everything is compared by digits, because trunks drop the `+` at will. */
interface RuleSet {
  /** Exact patterns and prefixes; the value is the place in `kinds`. */
  readonly table: DigitTable;
  readonly kinds: readonly RuleKind[];
  /** Wildcards, and what is too long for the table; in the order of the document. */
  readonly patterns: readonly PatternRule[];
  readonly anonymous: readonly PatternRule[];
}

export interface Blacklist {
  readonly allow: RuleSet;
  readonly block: RuleSet;
  readonly allowLists: readonly BlockList[];
  readonly blockLists: readonly BlockList[];
  /** False: nobody is blocked, whatever is allowed. */
  readonly isUsed: boolean;
}

/** Rules prepared at a time: less than a millisecond of work, or a few when a part of the table has to grow. */
const AT_ONCE = 200;

/** Prepares the active entries; `region` reads exact patterns in national spelling. Pauses (yields) every few hundred. */
export function* blacklistInSteps(
  entries: readonly InboundBlacklistEntry[],
  lists: readonly BlockList[],
  region: string | undefined,
): Generator<void, Blacklist> {
  const allow = new RuleSetBuilder(region);
  const block = new RuleSetBuilder(region);
  let count = 0;
  for (const entry of entries) {
    if (entry.status === 'active') (entry.action === 'allow' ? allow : block).add(entry);
    count += 1;
    if (count % AT_ONCE === 0) yield;
  }
  const active = lists.filter((list) => list.status === 'active');
  const blockLists = active.filter((list) => list.action !== 'allow');
  return {
    allow: allow.rules,
    block: block.rules,
    allowLists: active.filter((list) => list.action === 'allow'),
    blockLists,
    isUsed: block.count > 0 || blockLists.length > 0,
  };
}

interface LatestKind {
  readonly entry: InboundBlacklistEntry;
  readonly hasPlus: boolean;
  readonly index: number;
}

class RuleSetBuilder {
  count = 0;
  readonly #region: string | undefined;
  readonly #table = new DigitTable();
  readonly #kinds: RuleKind[] = [];
  readonly #kindIndex = new Map<string, number>();
  readonly #patterns: PatternRule[] = [];
  readonly #anonymous: PatternRule[] = [];
  /** By match. Entries written one after the other mostly differ in their digits only: those need no name. */
  readonly #latest = new Map<string, LatestKind>();

  constructor(region: string | undefined) {
    this.#region = region;
  }

  get rules(): RuleSet {
    return { table: this.#table, kinds: this.#kinds, patterns: this.#patterns, anonymous: this.#anonymous };
  }

  add(entry: InboundBlacklistEntry): void {
    this.count += 1;
    const { match, pattern } = entry;
    if (match === 'anonymous') this.#anonymous.push({ ...kindOf(entry), pattern });
    else if (match === 'wildcard') this.#patterns.push({ ...kindOf(entry), pattern: withoutPlus(pattern) });
    else {
      const e164 = match === 'prefix' || E164.test(pattern) ? pattern : (toE164(pattern, this.#region) ?? pattern);
      const digits = withoutPlus(e164);
      if (digits.length > MOST_DIGITS) this.#patterns.push({ ...kindOf(entry), pattern: digits });
      // Of two rules for the same digits the first counts.
      else this.#table.add(digits, match === 'prefix', this.#indexOf(entry, e164 !== digits));
    }
  }

  #indexOf(entry: InboundBlacklistEntry, hasPlus: boolean): number {
    const latest = this.#latest.get(entry.match);
    if (latest?.hasPlus === hasPlus && isSameKind(latest.entry, entry)) return latest.index;
    const index = this.#namedIndexOf(entry, hasPlus);
    this.#latest.set(entry.match, { entry, hasPlus, index });
    return index;
  }

  #namedIndexOf(entry: InboundBlacklistEntry, hasPlus: boolean): number {
    const { match, action, reason, say, cause, tormentSeconds, numbers, expiresAt } = entry;
    const name = JSON.stringify([match, hasPlus, action, cause, tormentSeconds, reason, say, numbers, expiresAt]);
    const known = this.#kindIndex.get(name);
    if (known !== undefined) return known;
    this.#kinds.push({ ...kindOf(entry), hasPlus });
    this.#kindIndex.set(name, this.#kinds.length - 1);
    return this.#kinds.length - 1;
  }
}

/** Whether two entries differ in nothing but their digits. Lists of numbers are compared by identity: a miss costs a name. */
function isSameKind(left: InboundBlacklistEntry, right: InboundBlacklistEntry): boolean {
  return (
    left.match === right.match &&
    left.action === right.action &&
    left.reason === right.reason &&
    left.say === right.say &&
    left.cause === right.cause &&
    left.tormentSeconds === right.tormentSeconds &&
    left.numbers === right.numbers &&
    left.expiresAt === right.expiresAt
  );
}

function kindOf(entry: InboundBlacklistEntry): RuleKind {
  const { match, pattern, expiresAt, action, reason, say, cause, tormentSeconds, numbers } = entry;
  return {
    match,
    hasPlus: pattern.startsWith('+'),
    expiresAtMs: expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
    treatment: { action, reason, say, cause, tormentSeconds, numbers },
  };
}

/** A caller as the lists see them. */
export interface ListedCaller {
  /** As delivered. */
  readonly from: string;
  /** The number of ours that is called, E.164; undefined when it is none of ours. */
  readonly called: string | undefined;
  readonly nowMs: number;
}

/**
 * Why this caller is refused, or undefined when they may come in: any exception wins over any block. Among blocks an entry
 * goes before a list, an exact number before a prefix (the longest first), a prefix before a wildcard. At most some
 * sixteen look-ups a list, however long it is.
 */
export function blockedBy(
  blacklist: Blacklist,
  caller: ListedCaller,
  region: string | undefined,
  lists: BlockLists | undefined,
): Blocked | undefined {
  if (!blacklist.isUsed) return undefined;
  const digits = withoutPlus(toE164(caller.from, region) ?? caller.from).replace(/[^0-9]/g, '');
  const isAnonymous = showsNoNumber(caller.from);
  const { allow, allowLists, block, blockLists } = blacklist;
  // A named function made anew for each call would cost more than what it asks: these stand outside.
  if (ruleFor(allow, caller, digits, isAnonymous) !== undefined) return undefined;
  if (!isAnonymous && listFor(allowLists, lists, caller, digits) !== undefined) return undefined;
  return (
    ruleFor(block, caller, digits, isAnonymous) ??
    (isAnonymous ? undefined : listFor(blockLists, lists, caller, digits))
  );
}

function ruleFor(rules: RuleSet, caller: ListedCaller, digits: string, isAnonymous: boolean): Blocked | undefined {
  if (isAnonymous) {
    const rule = rules.anonymous.find((candidate) => applies(candidate, caller));
    return rule && { match: rule.match, pattern: rule.pattern, list: undefined, treatment: rule.treatment };
  }
  const { table } = rules;
  if (table.size > 0) {
    const exact = ofKind(rules, table.exact(digits), digits, caller);
    if (exact !== undefined) return exact;
    for (let length = Math.min(digits.length, MOST_DIGITS); length >= 0; length -= 1) {
      const place = table.prefix(digits, length);
      const byPrefix = place === undefined ? undefined : ofKind(rules, place, digits.slice(0, length), caller);
      if (byPrefix !== undefined) return byPrefix;
    }
  }
  const rule = rules.patterns.find((candidate) => matches(candidate, digits) && applies(candidate, caller));
  if (rule === undefined) return undefined;
  return {
    match: rule.match,
    pattern: `${rule.hasPlus ? '+' : ''}${rule.pattern}`,
    list: undefined,
    treatment: rule.treatment,
  };
}

/** The rule of this kind about these digits, unless it does not apply to the caller. */
function ofKind(
  { kinds }: RuleSet,
  place: number | undefined,
  matched: string,
  caller: ListedCaller,
): Blocked | undefined {
  const kind = place === undefined ? undefined : kinds[place];
  if (kind === undefined || !applies(kind, caller)) return undefined;
  const pattern = kind.hasPlus ? `+${matched}` : matched;
  return { match: kind.match, pattern, list: undefined, treatment: kind.treatment };
}

function matches({ match, pattern }: PatternRule, digits: string): boolean {
  if (match === 'wildcard') return matchesGlob(pattern, digits);
  return match === 'prefix' ? digits.startsWith(pattern) : digits === pattern;
}

function listFor(
  candidates: readonly BlockList[],
  lists: BlockLists | undefined,
  caller: ListedCaller,
  digits: string,
): Blocked | undefined {
  if (digits === '') return undefined;
  for (const list of candidates) {
    const table = lists?.of(list.name);
    if (table === undefined || table.size === 0 || !isInScope(list, caller)) continue;
    if (table.exact(digits) !== undefined) return onList(list, 'exact', digits);
    for (let length = Math.min(digits.length, MOST_DIGITS); length > 0; length -= 1) {
      if (table.prefix(digits, length) !== undefined) return onList(list, 'prefix', digits.slice(0, length));
    }
  }
  return undefined;
}

function onList(list: BlockList, match: 'exact' | 'prefix', matched: string): Blocked {
  return { match, pattern: `+${matched}`, list: list.name, treatment: list };
}

function applies(rule: RuleKind, caller: ListedCaller): boolean {
  return caller.nowMs < rule.expiresAtMs && isInScope(rule.treatment, caller);
}

function isInScope({ numbers }: Treatment, { called }: ListedCaller): boolean {
  return numbers === undefined || (called !== undefined && numbers.includes(called));
}

/** +266696687 spells ANONYMOUS on a keypad; some networks send it instead of nothing. */
const NO_NUMBER =
  /^(?:\s*|anonymous|restricted|unavailable|private|unknown|withheld|blocked|unidentified|\+?266696687)$/i;

/** Whether a caller id says that there is none. */
function showsNoNumber(from: string): boolean {
  return NO_NUMBER.test(from);
}

function withoutPlus(text: string): string {
  return text.startsWith('+') ? text.slice(1) : text;
}
