import { sql } from 'drizzle-orm';
import type { Context } from '../../db/context.ts';
import {
  didNumbers,
  memberships,
  messageParts,
  modems,
  organizations,
  smsPolicies,
  smsRoutes,
  users,
} from '../../db/schema/index.ts';
import { regionOf } from '../../routing/region.ts';
import type { ModemChoice, ModemRoute } from '../rules/choose-modem.ts';
import type { QuotaUnit } from '../rules/quota-window.ts';
import type { EncodingPolicy } from './encoding.ts';

/** A policy as the database holds it. */
export interface SendingPolicy {
  readonly id: string;
  readonly name: string;
  readonly apiKey: string | null;
  /** Callsign or e-mail. */
  readonly person: string | null;
  readonly quotaLimit: number | null;
  readonly quotaUnit: QuotaUnit | null;
  readonly restrictToContacts: boolean;
  readonly allowedPrefixes: readonly string[] | null;
  readonly encoding: EncodingPolicy | null;
  readonly referenceBits: 8 | 16 | null;
  readonly timezone: string | null;
}

/** What has to be known to accept messages, read once however many there are. */
export interface SendingRules {
  readonly region: string | undefined;
  readonly timezone: string;
  /** Those that hold for this sender: the organization's, its own (API key or person), or both. */
  readonly policies: readonly SendingPolicy[];
  readonly modems: readonly (ModemChoice & { readonly isActive: boolean })[];
  readonly routes: readonly ModemRoute[];
}

/** Reads the rules for what the context's actor sends, in one statement. */
export async function readSendingRules({ db, organizationId, actor }: Context): Promise<SendingRules> {
  const key = actor.kind === 'api_key' ? actor.name : null;
  const person = actor.kind === 'user' ? actor.id : null;
  const [row] = await db.execute<{
    timezone: string;
    number: string | null;
    policies: readonly SendingPolicy[];
    modems: readonly (ModemChoice & { readonly isActive: boolean })[];
    routes: readonly ModemRoute[];
  }>(sql`
    select organization.timezone,
      (select number.phone_e164 from ${didNumbers} as number
        where number.organization_id = organization.id and number.status = 'active'
        order by number.phone_e164 limit 1) as number,
      (select coalesce(jsonb_agg(jsonb_build_object('id', policy.id, 'name', policy.name, 'apiKey', policy.api_key,
          'person', policy.person,
          'quotaLimit', policy.quota_limit, 'quotaUnit', policy.quota_unit,
          'restrictToContacts', policy.restrict_to_contacts, 'allowedPrefixes', policy.allowed_prefixes,
          'encoding', policy.encoding, 'referenceBits', policy.reference_bits, 'timezone', policy.timezone)), '[]')
        from ${smsPolicies} as policy
        where policy.organization_id = organization.id and (policy.api_key is null or policy.api_key = ${key})
          and (policy.person is null or exists (
            select 1 from ${memberships} as member join ${users} as person on person.id = member.user_id
            where member.organization_id = organization.id and member.user_id = ${person}::uuid
              and lower(policy.person) in (lower(member.callsign), lower(person.email))))
        ) as policies,
      (select coalesce(jsonb_agg(jsonb_build_object('id', modem.id, 'name', modem.name, 'weight', modem.weight,
          'isActive', modem.status = 'active', 'load', case when not exists (select 1 from ${modems} as other
              where other.organization_id = organization.id and other.weight <> 1) then 0 else
            (select count(*) from ${messageParts} as part where part.organization_id = organization.id
              and part.modem_id = modem.id and part.status = 'queued' and part.direction = 'outbound') end)), '[]')
        from ${modems} as modem where modem.organization_id = organization.id) as modems,
      (select coalesce(jsonb_agg(jsonb_build_object('prefix', route.prefix, 'modems', route.modems)), '[]')
        from ${smsRoutes} as route where route.organization_id = organization.id) as routes
    from ${organizations} as organization where organization.id = ${organizationId}`);
  if (row === undefined) throw new Error('the organization of a context does not exist');
  const { timezone, number, policies, modems: known, routes } = row;
  return { region: regionOf(number ?? undefined, timezone), timezone, policies, modems: known, routes };
}
