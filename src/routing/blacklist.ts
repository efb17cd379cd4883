import { toE164 } from '../core/e164.ts';
import type { InboundBlacklistEntry } from './document/inbound-blacklist.ts';
import { matchesGlob } from './glob.ts';
import { longestPrefix, type PrefixTable, prefixTable } from './prefix-table.ts';

/** The blacklist ready to be asked. Everything is compared by digits, because trunks drop the `+` at will. */
export interface Blacklist {
  readonly exact: ReadonlyMap<string, InboundBlacklistEntry>;
  readonly prefixes: PrefixTable<InboundBlacklistEntry>;
  readonly wildcards: readonly InboundBlacklistEntry[];
}

/** Prepares the active entries; `region` reads exact patterns in national spelling. */
export function compileBlacklist(entries: readonly InboundBlacklistEntry[], region: string | undefined): Blacklist {
  const exact = new Map<string, InboundBlacklistEntry>();
  const prefixes: [string, InboundBlacklistEntry][] = [];
  const wildcards: InboundBlacklistEntry[] = [];
  for (const entry of entries) {
    if (entry.status !== 'active') continue;
    if (entry.match === 'exact') exact.set(digitsOf(toE164(entry.pattern, region) ?? entry.pattern), entry);
    else if (entry.match === 'prefix') prefixes.push([digitsOf(entry.pattern), entry]);
    else wildcards.push({ ...entry, pattern: entry.pattern.replace(/^\+/, '') });
  }
  return { exact, prefixes: prefixTable(prefixes), wildcards };
}

/** The entry that refuses this caller. An exact entry goes before a prefix (the longest), a prefix before a wildcard. */
export function blacklistEntryFor(
  blacklist: Blacklist,
  caller: string,
  region: string | undefined,
): InboundBlacklistEntry | undefined {
  if (blacklist.exact.size === 0 && blacklist.prefixes.longest === 0 && blacklist.wildcards.length === 0) {
    return undefined;
  }
  const digits = digitsOf(toE164(caller, region) ?? caller);
  return (
    blacklist.exact.get(digits) ??
    longestPrefix(blacklist.prefixes, digits) ??
    blacklist.wildcards.find(({ pattern }) => matchesGlob(pattern, digits))
  );
}

function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '');
}
