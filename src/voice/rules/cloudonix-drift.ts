/** What should stand at Cloudonix, by what we have here. */
export interface Wanted {
  readonly voiceUrl: string;
  readonly sessionUrl: string;
  readonly cdrUrl: string;
  readonly requestsApiKey: string;
  readonly callTimeoutSeconds: number;
  /** User extensions: their phones are subscribers. */
  readonly phones: readonly { readonly number: string; readonly isActive: boolean }[];
  /** Subscribers that were made from here. */
  readonly ownSubscribers: ReadonlySet<string>;
  /** Numbers of ours, E.164. */
  readonly numbers: readonly string[];
  /** Names of trunks the outbound rules use. */
  readonly trunks: readonly string[];
}

/** What stands there (reference/cloudonix.md 5.6 to 5.10). */
export interface Seen {
  readonly profile: Readonly<Record<string, unknown>>;
  readonly defaultApplication: string | undefined;
  readonly applications: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string | undefined;
    readonly url: string | undefined;
    readonly method: string | undefined;
    readonly active: boolean;
  }[];
  readonly subscribers: readonly { readonly msisdn: string; readonly active: boolean }[];
  readonly trunks: readonly {
    readonly name: string;
    readonly direction: string | undefined;
    readonly active: boolean;
  }[];
  readonly dnids: readonly SeenDnid[];
}

export interface SeenDnid {
  readonly source: string | undefined;
  readonly dnid: string | undefined;
  readonly prefix: boolean;
  readonly asteriskCompatible: boolean;
  readonly active: boolean;
}

/** What a sync does about a difference. */
export type Change =
  | { readonly kind: 'profile'; readonly key: string; readonly value: string | number }
  | { readonly kind: 'create-application' }
  | { readonly kind: 'update-application' }
  | { readonly kind: 'default-application' }
  | { readonly kind: 'create-subscriber'; readonly number: string }
  | { readonly kind: 'set-subscriber-active'; readonly number: string; readonly active: boolean }
  | { readonly kind: 'create-dnid'; readonly number: string };

/** One difference, as a table shows it. Without a `change` it is a person's to settle. */
export interface Drift {
  readonly object: 'domain' | 'application' | 'subscriber' | 'number' | 'trunk';
  readonly name: string;
  readonly here: string;
  readonly there: string;
  readonly action: 'create' | 'update' | 'enable' | 'disable' | 'look';
  readonly advice?: string;
  readonly change?: Change;
}

/** The voice application we make at Cloudonix. One that answers at our address under another name is left alone. */
export const APPLICATION_NAME = 'switchhook';

/** Every difference between here and there, in the order in which a sync settles them. Empty: in step. */
export function driftOf(wanted: Wanted, seen: Seen): readonly Drift[] {
  return [
    ...profileDrift(wanted, seen),
    ...applicationDrift(wanted, seen),
    ...subscriberDrift(wanted, seen),
    ...trunkDrift(wanted, seen),
    ...numberDrift(wanted, seen),
  ];
}

function profileDrift(wanted: Wanted, { profile }: Seen): Drift[] {
  const values: readonly (readonly [key: string, value: string | number, show: (value: unknown) => string])[] = [
    ['authorization-api-key', wanted.requestsApiKey, hidden],
    ['session-update-endpoint', wanted.sessionUrl, withoutToken],
    ['cdr-endpoint', wanted.cdrUrl, withoutToken],
    ['call-timeout', wanted.callTimeoutSeconds, shown],
  ];
  return values
    .filter(([key, value]) => String(profile[key] ?? '') !== String(value))
    .map(([key, value, show]) => ({
      object: 'domain',
      name: key,
      here: show(value),
      there: show(profile[key]),
      action: profile[key] === undefined || profile[key] === null ? 'create' : 'update',
      change: { kind: 'profile', key, value },
    }));
}

function applicationDrift({ voiceUrl }: Wanted, seen: Seen): Drift[] {
  const found = seen.applications.find(({ name }) => name === APPLICATION_NAME);
  const here = `POST ${voiceUrl}`;
  const drift: Drift[] = [];
  if (found === undefined) {
    drift.push({
      object: 'application',
      name: APPLICATION_NAME,
      here,
      there: '-',
      action: 'create',
      change: { kind: 'create-application' },
    });
  } else if (found.url !== voiceUrl || found.method?.toUpperCase() !== 'POST' || !found.active) {
    const there = `${found.method ?? 'GET'} ${found.url ?? '-'}${found.active ? '' : ' (inactive)'}`;
    drift.push({
      object: 'application',
      name: APPLICATION_NAME,
      here,
      there,
      action: 'update',
      change: { kind: 'update-application' },
    });
  }
  if (found === undefined || seen.defaultApplication !== found.id) {
    const current = seen.applications.find(({ id }) => id === seen.defaultApplication);
    drift.push({
      object: 'domain',
      name: 'default application',
      here: APPLICATION_NAME,
      there: current?.name ?? seen.defaultApplication ?? '-',
      action: seen.defaultApplication === undefined ? 'create' : 'update',
      change: { kind: 'default-application' },
    });
  }
  return drift;
}

function subscriberDrift({ phones, ownSubscribers }: Wanted, { subscribers }: Seen): Drift[] {
  const there = new Map(subscribers.map((subscriber) => [subscriber.msisdn, subscriber]));
  const here = new Map(phones.map((phone) => [phone.number, phone]));
  const drift: Drift[] = [];
  for (const { number, isActive } of phones) {
    const found = there.get(number);
    const row = { object: 'subscriber', name: number, here: activity(isActive) } as const;
    if (found === undefined) {
      // A phone that may not call needs no subscriber.
      if (isActive) drift.push({ ...row, there: '-', action: 'create', change: { kind: 'create-subscriber', number } });
    } else if (found.active !== isActive) {
      drift.push({
        ...row,
        there: activity(found.active),
        action: isActive ? 'enable' : 'disable',
        change: { kind: 'set-subscriber-active', number, active: isActive },
      });
    }
  }
  for (const { msisdn, active } of subscribers) {
    if (here.has(msisdn) || !active) continue;
    const row = { object: 'subscriber', name: msisdn, here: '-', there: activity(active) } as const;
    drift.push(
      ownSubscribers.has(msisdn)
        ? { ...row, action: 'disable', change: { kind: 'set-subscriber-active', number: msisdn, active: false } }
        : { ...row, action: 'look', advice: 'not made from here: add the extension, or remove the subscriber there' },
    );
  }
  return drift;
}

function trunkDrift({ trunks }: Wanted, seen: Seen): Drift[] {
  return [...new Set(trunks)].flatMap((name): Drift[] => {
    const found = seen.trunks.find((trunk) => trunk.name === name);
    const row = { object: 'trunk', name, here: 'in outboundWhitelist', action: 'look' } as const;
    if (found === undefined) return [{ ...row, there: '-', advice: 'calls by it will fail: add the trunk there' }];
    if (!found.active) return [{ ...row, there: 'inactive', advice: 'calls by it will fail: switch the trunk on' }];
    const isOutbound = found.direction === undefined || found.direction.includes('outbound');
    return isOutbound ? [] : [{ ...row, there: found.direction ?? '', advice: 'this trunk does not take calls out' }];
  });
}

function numberDrift({ numbers }: Wanted, { dnids }: Seen): Drift[] {
  const active = dnids.filter((dnid) => dnid.active);
  const onlyHere = numbers
    .filter((number) => !active.some((dnid) => covers(dnid, number)))
    .map(
      (number): Drift => ({
        object: 'number',
        name: number,
        here: 'routed',
        there: '-',
        action: 'create',
        advice: 'no DNID; until there is one the default application answers it',
        change: { kind: 'create-dnid', number },
      }),
    );
  const onlyThere = active
    .filter((dnid) => !numbers.some((number) => covers(dnid, number)))
    .map(
      (dnid): Drift => ({
        object: 'number',
        name: dnid.source ?? dnid.dnid ?? '?',
        here: '-',
        there: 'DNID',
        action: 'look',
        advice: 'callers hear "not in service": add the number here, or remove the DNID there',
      }),
    );
  return [...onlyHere, ...onlyThere];
}

/** Whether a DNID takes calls to a number; with and without its plus, since trunks differ (reference 5.8). */
export function covers(dnid: SeenDnid, number: string): boolean {
  const spellings = [number, number.replace(/^\+/, '')];
  const { source } = dnid;
  if (source !== undefined && dnid.asteriskCompatible) {
    const pattern = asteriskExpression(source);
    return spellings.some((text) => pattern?.test(text) ?? false);
  }
  if (source !== undefined && spellings.some((text) => (dnid.prefix ? text.startsWith(source) : text === source)))
    return true;
  const expression = dnid.dnid === undefined ? undefined : expressionOf(dnid.dnid);
  return spellings.some((text) => expression?.test(text) ?? false);
}

const ASTERISK: Readonly<Record<string, string>> = {
  X: '[0-9]',
  Z: '[1-9]',
  N: '[2-9]',
  '.': '.+',
  '!': '.*',
  '+': '\\+',
};

/** `_NXX.` as Asterisk means it; undefined when it is no pattern. */
function asteriskExpression(source: string): RegExp | undefined {
  const body = source.replace(/^_/, '').replace(/[XZN.!+](?![^[]*\])/g, (char) => ASTERISK[char] ?? char);
  return expressionOf(`^${body}$`);
}

/** A pattern that somebody typed into another system may be no pattern at all. */
function expressionOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

const activity = (isActive: boolean): string => (isActive ? 'active' : 'inactive');
const shown = (value: unknown): string => (value === undefined || value === null ? '-' : String(value));
/** Two different secrets must look different, without being told. */
const hidden = (value: unknown): string => (value === undefined || value === null || value === '' ? '-' : 'set');
/** The last part of a callback address is a secret. */
const withoutToken = (value: unknown): string =>
  shown(value).replace(/(\/webhooks\/cloudonix\/(?:session|cdr)\/)[^/?#]+/, '$1…');
