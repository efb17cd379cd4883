import { sql } from 'drizzle-orm';
import type { Db } from './open.ts';

/** Every table with an `organization_id` is guarded; `organizations` itself by its id. */
const GUARDED_ROLE = 'switchhook_tenant';

type Runs = Pick<Db, 'execute'>;

/**
 * The second line of promise P6, below the `where` of every query: a database role for which each row of another
 * organization does not exist. Row-level security does not bind the owner of a table, so a transaction that works for one
 * organization takes this role; what works for all of them (claims of the outbox, the journal's drain) does not.
 *
 * Idempotent, and it finds the tables itself: a new tenant table cannot be forgotten. Where the login may not make roles,
 * the guard stays away and the `where`s are alone; `doctor` says so.
 */
export async function installTenantGuard(db: Runs): Promise<void> {
  await db.execute(sql.raw(INSTALL));
}

/** Whether transactions are guarded: the role exists and this login may take it. */
export async function hasTenantGuard(db: Runs): Promise<boolean> {
  const [row] = await db.execute<{ held: boolean }>(sql`select ${HELD} as held`);
  return row?.held === true;
}

/** From here to the end of the transaction only rows of this organization exist. */
export async function enterTenant(db: Runs, organizationId: string): Promise<void> {
  await db.execute(
    sql`select set_config('switchhook.organization', ${organizationId}, true),
      set_config('role', case when ${HELD} then ${GUARDED_ROLE} else 'none' end, true)`,
  );
}

/** Back to every row, for what has to look across organizations (is this name taken by anybody?). */
export async function leaveTenant(db: Runs): Promise<void> {
  await db.execute(sql`select set_config('role', 'none', true)`);
}

const HELD = sql.raw(
  `coalesce((select pg_has_role(session_user, oid, 'member') from pg_roles where rolname = '${GUARDED_ROLE}'), false)`,
);

/** What history is made of may be added to, never taken away (data-model section 2). */
const APPEND_ONLY = ['identity.login_codes', 'identity.seen_tokens', 'identity.enrollments', 'platform.audit_events'];

const INSTALL = `
do $guard$
declare
  subject record;
  own text := '(select nullif(current_setting(''switchhook.organization'', true), '''')::uuid)';
begin
  if not exists (select from pg_roles where rolname = '${GUARDED_ROLE}') then
    begin
      create role ${GUARDED_ROLE} nologin noinherit;
    exception
      when duplicate_object or unique_violation then null; -- another process was first
      when insufficient_privilege then return;
    end;
  end if;
  begin
    if not pg_has_role(session_user, '${GUARDED_ROLE}', 'member') then
      execute format('grant ${GUARDED_ROLE} to %I', session_user);
    end if;
  exception when insufficient_privilege then return;
  end;
  for subject in select nspname as name from pg_namespace
    where nspname in ('identity', 'directory', 'voice', 'sms', 'transfers', 'operations', 'platform')
  loop
    execute format('grant usage on schema %I to ${GUARDED_ROLE}', subject.name);
    execute format('grant select, insert, update, delete on all tables in schema %I to ${GUARDED_ROLE}', subject.name);
    execute format('grant usage, select on all sequences in schema %I to ${GUARDED_ROLE}', subject.name);
    execute format('alter default privileges in schema %I grant select, insert, update, delete on tables to ${GUARDED_ROLE}', subject.name);
  end loop;
  revoke delete on ${APPEND_ONLY.join(', ')} from ${GUARDED_ROLE};
  for subject in
    select namespace.nspname as space, class.relname as name, class.oid,
      case when class.relname = 'organizations' then 'id' else 'organization_id' end as key
    from pg_class class join pg_namespace namespace on namespace.oid = class.relnamespace
    where class.relkind in ('r', 'p') and namespace.nspname in ('identity', 'directory', 'voice', 'sms', 'transfers', 'operations', 'platform')
      and (class.oid = 'identity.organizations'::regclass or exists (
        select from pg_attribute where attrelid = class.oid and attname = 'organization_id' and not attisdropped))
      and not exists (select from pg_policy where polrelid = class.oid and polname = 'one_organization')
  loop
    execute format('alter table %I.%I enable row level security', subject.space, subject.name);
    execute format('create policy one_organization on %I.%I to ${GUARDED_ROLE} using (%I = %s) with check (%I = %s)',
      subject.space, subject.name, subject.key, own, subject.key, own);
  end loop;
end
$guard$`;
