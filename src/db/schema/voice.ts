import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import {
  bytea,
  byteText,
  createdAt,
  id,
  instant,
  target,
  tenant,
  tenantKey,
  tenantReference,
  updatedAt,
} from './columns.ts';
import { organizations } from './identity.ts';
import { secrets } from './platform.ts';

export const voice = pgSchema('voice');

const active = (name = 'status') =>
  text(name, { enum: ['active', 'inactive'] })
    .notNull()
    .default('active');
const organization = () => tenant().references(() => organizations.id, { onDelete: 'cascade' });

/** What happens to a caller who is found on a list; entries and whole lists share it. */
const treatment = () => ({
  action: text('action').notNull(),
  reason: text('reason').notNull(),
  say: text('say'),
  cause: text('cause'),
  tormentSeconds: integer('torment_seconds'),
  numbers: jsonb('numbers'),
});

/** One Cloudonix domain per organization. Secrets live in platform.secrets; their hashes answer webhooks quickly. */
export const cloudonixSettings = voice.table(
  'cloudonix_settings',
  {
    organizationId: organization().primaryKey(),
    domain: text('domain').notNull(),
    requestsApiKeySecretId: uuid('requests_api_key_secret_id').notNull(),
    requestsKeyHash: text('requests_key_hash').notNull(),
    webhookTokenSecretId: uuid('webhook_token_secret_id').notNull(),
    webhookTokenHash: text('webhook_token_hash').notNull().unique(),
    apiKeySecretId: uuid('api_key_secret_id'),
    noAnswerTimeoutSeconds: integer('no_answer_timeout_seconds').notNull().default(60),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('cloudonix_settings_domain_key').on(sql`lower(${table.domain})`),
    tenantReference(
      'cloudonix_settings_requests_api_key',
      { organizationId: table.organizationId, column: table.requestsApiKeySecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
    tenantReference(
      'cloudonix_settings_webhook_token',
      { organizationId: table.organizationId, column: table.webhookTokenSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
    check('cloudonix_settings_timeout', sql`${table.noAnswerTimeoutSeconds} between 1 and 600`),
  ],
);

/** SIP passwords of subscribers that were made at Cloudonix from here; generated once, and what a phone registers with. */
export const cloudonixSubscribers = voice.table(
  'cloudonix_subscribers',
  {
    organizationId: organization(),
    /** `msisdn` at Cloudonix, the extension's number here. */
    number: text('number').notNull(),
    passwordSecretId: uuid('password_secret_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'cloudonix_subscribers_pkey', columns: [table.organizationId, table.number] }),
    tenantReference(
      'cloudonix_subscribers_password',
      { organizationId: table.organizationId, column: table.passwordSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

export const extensions = voice.table(
  'extensions',
  {
    id: id(),
    organizationId: organization(),
    number: text('number').notNull(),
    type: text('type').notNull(),
    name: text('name'),
    status: active(),
    user: text('user_name'),
    callerId: text('caller_id'),
    doNotDisturb: boolean('do_not_disturb').notNull().default(false),
    ringTimeoutSeconds: integer('ring_timeout_seconds'),
    onBusy: target('on_busy'),
    onNoAnswer: target('on_no_answer'),
    onOffline: target('on_offline'),
    outbound: text('outbound'),
    outboundLimits: jsonb('outbound_limits'),
    recording: text('recording'),
    forwardTo: text('forward_to'),
    target: target('target'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('extensions_tenant_key', table),
    unique('extensions_number_key').on(table.organizationId, table.number),
    check('extensions_number_form', sql`${table.number} ~ '^[0-9]{2,10}$'`),
  ],
);

export const didNumbers = voice.table(
  'did_numbers',
  {
    id: id(),
    organizationId: organization(),
    number: text('phone_e164').notNull(),
    name: text('name'),
    callerNamePrefix: text('caller_name_prefix'),
    status: active(),
    routeTo: target('route_to').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('did_numbers_tenant_key', table),
    unique('did_numbers_number_key').on(table.organizationId, table.number),
    check('did_numbers_e164', sql`${table.number} ~ '^\\+[1-9][0-9]{6,14}$'`),
  ],
);

export const ringGroups = voice.table(
  'ring_groups',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    strategy: text('strategy').notNull(),
    timeoutSeconds: integer('timeout_seconds').notNull(),
    turns: integer('turns').notNull(),
    maxCallDurationSeconds: integer('max_call_duration_seconds'),
    weights: jsonb('weights'),
    fallback: target('fallback'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ring_groups_tenant_key', table),
    unique('ring_groups_name_key').on(table.organizationId, table.name),
    check('ring_groups_timeout', sql`${table.timeoutSeconds} between 1 and 600`),
    check('ring_groups_turns', sql`${table.turns} between 1 and 100`),
  ],
);

export const ringGroupMembers = voice.table(
  'ring_group_members',
  {
    organizationId: organization(),
    ringGroupId: uuid('ring_group_id').notNull(),
    listIndex: integer('list_index').notNull(),
    extensionNumber: text('extension_number').notNull(),
  },
  (table) => [
    primaryKey({ name: 'ring_group_members_pkey', columns: [table.ringGroupId, table.listIndex] }),
    tenantReference(
      'ring_group_members_group',
      { organizationId: table.organizationId, column: table.ringGroupId },
      { organizationId: ringGroups.organizationId, column: ringGroups.id },
      'cascade',
    ),
    // Deferred by nature of one transaction per change: deleting a member's extension is refused as "in use".
    tenantReference(
      'ring_group_members_extension',
      { organizationId: table.organizationId, column: table.extensionNumber },
      { organizationId: extensions.organizationId, column: extensions.number },
      'no action',
    ),
    index('ring_group_members_by_extension').on(table.organizationId, table.extensionNumber),
  ],
);

export const ivrMenus = voice.table(
  'ivr_menus',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    greeting: jsonb('greeting').notNull(),
    invalidPrompt: jsonb('invalid_prompt'),
    noInputPrompt: jsonb('no_input_prompt'),
    speech: jsonb('speech'),
    interDigitTimeoutSeconds: integer('inter_digit_timeout_seconds').notNull(),
    maxTimeoutSeconds: integer('max_timeout_seconds').notNull(),
    maxTurns: integer('max_turns').notNull(),
    directDial: boolean('direct_dial').notNull(),
    failover: target('failover'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ivr_menus_tenant_key', table),
    unique('ivr_menus_name_key').on(table.organizationId, table.name),
  ],
);

export const ivrMenuOptions = voice.table(
  'ivr_menu_options',
  {
    organizationId: organization(),
    ivrMenuId: uuid('ivr_menu_id').notNull(),
    listIndex: integer('list_index').notNull(),
    key: text('key').notNull(),
    to: target('target').notNull(),
    name: text('name'),
    phrases: jsonb('phrases'),
  },
  (table) => [
    primaryKey({ name: 'ivr_menu_options_pkey', columns: [table.ivrMenuId, table.listIndex] }),
    tenantReference(
      'ivr_menu_options_menu',
      { organizationId: table.organizationId, column: table.ivrMenuId },
      { organizationId: ivrMenus.organizationId, column: ivrMenus.id },
      'cascade',
    ),
  ],
);

/** Ranges and exceptions are edited and read as one calendar, so they stand in one row (ADR 0006). */
export const businessHours = voice.table(
  'business_hours',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    timezone: text('timezone'),
    weekly: jsonb('weekly').notNull(),
    exceptions: jsonb('exceptions').notNull(),
    open: target('open_target').notNull(),
    closed: target('closed_target').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('business_hours_tenant_key', table),
    unique('business_hours_name_key').on(table.organizationId, table.name),
  ],
);

/**
 * What somebody switched by hand. Beside the schedule and not in it: applying a file must not take back what the night
 * desk just did.
 */
export const businessHoursOverrides = voice.table(
  'business_hours_overrides',
  {
    organizationId: organization(),
    schedule: text('schedule').notNull(),
    state: text('state', { enum: ['open', 'closed'] }).notNull(),
    until: instant('until'),
    actorName: text('actor_name').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'business_hours_overrides_pkey', columns: [table.organizationId, table.schedule] }),
    tenantReference(
      'business_hours_overrides_schedule',
      { organizationId: table.organizationId, column: table.schedule },
      { organizationId: businessHours.organizationId, column: businessHours.name },
      'cascade',
    ),
  ],
);

export const conferenceRooms = voice.table(
  'conference_rooms',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    pinSecretId: uuid('pin_secret_id'),
    maxParticipants: integer('max_participants').notNull(),
    muteOnEntry: boolean('mute_on_entry').notNull(),
    announceJoinLeave: boolean('announce_join_leave').notNull(),
    hostPinSecretId: uuid('host_pin_secret_id'),
    waitForHost: boolean('wait_for_host').notNull().default(false),
    endWhenHostLeaves: boolean('end_when_host_leaves').notNull().default(false),
    holdMusic: boolean('hold_music').notNull().default(true),
    record: boolean('record').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('conference_rooms_tenant_key', table),
    unique('conference_rooms_name_key').on(table.organizationId, table.name),
    tenantReference(
      'conference_rooms_pin',
      { organizationId: table.organizationId, column: table.pinSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
    tenantReference(
      'conference_rooms_host_pin',
      { organizationId: table.organizationId, column: table.hostPinSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

/** Who was, or is, in a conference room; `left_at` is null while they are. */
export const conferenceParticipants = voice.table(
  'conference_participants',
  {
    id: id(),
    organizationId: organization(),
    room: text('room').notNull(),
    callToken: text('call_token').notNull(),
    fromNumber: text('from_number').notNull(),
    joinedAt: instant('joined_at').notNull(),
    leftAt: instant('left_at'),
    isMuted: boolean('is_muted').notNull().default(false),
    isOnHold: boolean('is_on_hold').notNull().default(false),
  },
  (table) => [
    tenantKey('conference_participants_tenant_key', table),
    unique('conference_participants_key').on(table.organizationId, table.room, table.callToken, table.joinedAt),
    index('conference_participants_list').on(table.organizationId, table.joinedAt, table.id),
    index('conference_participants_present')
      .on(table.organizationId, table.callToken)
      .where(sql`${table.leftAt} is null`),
  ],
);

/**
 * Seats taken in a conference room: session token to the instant (milliseconds) at which a seat that was never given back
 * is free again. One row a room, so that its lock makes the limit hold over all processes.
 */
export const conferenceSeats = voice.table(
  'conference_seats',
  {
    organizationId: organization(),
    room: text('room').notNull(),
    tokens: jsonb('tokens').notNull().default({}),
  },
  (table) => [primaryKey({ name: 'conference_seats_pkey', columns: [table.organizationId, table.room] })],
);

export const voicemailBoxes = voice.table(
  'voicemail_boxes',
  {
    id: id(),
    organizationId: organization(),
    number: text('number').notNull(),
    name: text('name'),
    status: active(),
    pinSecretId: uuid('pin_secret_id'),
    greeting: jsonb('greeting'),
    maxMessageSeconds: integer('max_message_seconds').notNull(),
    silenceSeconds: integer('silence_seconds').notNull(),
    finishOnKey: text('finish_on_key').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('voicemail_boxes_tenant_key', table),
    unique('voicemail_boxes_number_key').on(table.organizationId, table.number),
    tenantReference(
      'voicemail_boxes_pin',
      { organizationId: table.organizationId, column: table.pinSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

/**
 * A message somebody left. The sound stays where it was recorded; this is its address and what is known of it. It outlives
 * its box, so the box is named and not referenced.
 */
export const voicemailMessages = voice.table(
  'voicemail_messages',
  {
    id: id(),
    organizationId: organization(),
    box: text('box').notNull(),
    /** Session token and document: the way back from `<Record>` and the recording callback meet here. */
    messageKey: text('message_key').notNull(),
    callToken: text('call_token').notNull(),
    fromNumber: text('from_number').notNull(),
    callerName: text('caller_name'),
    recordingUrl: text('recording_url').notNull(),
    durationSeconds: integer('duration_seconds'),
    receivedAt: instant('received_at').notNull(),
    readAt: instant('read_at'),
    /** Kept so that a late callback does not bring a deleted message back. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    tenantKey('voicemail_messages_tenant_key', table),
    unique('voicemail_messages_key').on(table.organizationId, table.messageKey),
    index('voicemail_messages_list')
      .on(table.organizationId, table.box, table.receivedAt, table.id)
      .where(sql`${table.deletedAt} is null`),
  ],
);

/** Sounds for callers: announcements, greetings, music. The bytes are in `media_contents` (ADR 0012). */
export const media = voice.table(
  'media',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    kind: text('kind', { enum: ['announcement', 'music'] }).notNull(),
    /** The unguessable part of its public address; stays when the sound is replaced. */
    token: text('token').notNull().unique(),
    mediaType: text('media_type').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    durationMs: integer('duration_ms').notNull(),
    sha256: text('sha256').notNull(),
    originalName: text('original_name'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [tenantKey('media_tenant_key', table), unique('media_name_key').on(table.organizationId, table.name)],
);

export const mediaContents = voice.table(
  'media_contents',
  {
    organizationId: organization(),
    mediaId: uuid('media_id').notNull(),
    content: bytea('content').notNull(),
  },
  (table) => [
    primaryKey({ name: 'media_contents_pkey', columns: [table.organizationId, table.mediaId] }),
    tenantReference(
      'media_contents_media',
      { organizationId: table.organizationId, column: table.mediaId },
      { organizationId: media.organizationId, column: media.id },
      'cascade',
    ),
  ],
);

export const aiAssistants = voice.table(
  'ai_assistants',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    protocol: text('protocol').notNull(),
    provider: text('provider'),
    phoneNumber: text('phone_e164'),
    username: text('username'),
    passwordSecretId: uuid('password_secret_id'),
    url: text('url'),
    parameters: jsonb('parameters'),
    maxConcurrentCalls: integer('max_concurrent_calls'),
    maxCallDurationSeconds: integer('max_call_duration_seconds'),
    fallback: target('fallback'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ai_assistants_tenant_key', table),
    unique('ai_assistants_name_key').on(table.organizationId, table.name),
    tenantReference(
      'ai_assistants_password',
      { organizationId: table.organizationId, column: table.passwordSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

export const aiLoadBalancers = voice.table(
  'ai_load_balancers',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    strategy: text('strategy').notNull(),
    followThrough: boolean('follow_through').notNull(),
    restAfterFailures: integer('rest_after_failures').notNull().default(3),
    restSeconds: integer('rest_seconds').notNull().default(60),
    fallback: target('fallback'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('ai_load_balancers_tenant_key', table),
    unique('ai_load_balancers_name_key').on(table.organizationId, table.name),
  ],
);

export const aiLoadBalancerMembers = voice.table(
  'ai_load_balancer_members',
  {
    organizationId: organization(),
    aiLoadBalancerId: uuid('ai_load_balancer_id').notNull(),
    listIndex: integer('list_index').notNull(),
    assistant: text('assistant').notNull(),
    position: integer('position').notNull(),
    weight: integer('weight').notNull(),
    status: active(),
  },
  (table) => [
    primaryKey({ name: 'ai_load_balancer_members_pkey', columns: [table.aiLoadBalancerId, table.listIndex] }),
    tenantReference(
      'ai_load_balancer_members_balancer',
      { organizationId: table.organizationId, column: table.aiLoadBalancerId },
      { organizationId: aiLoadBalancers.organizationId, column: aiLoadBalancers.id },
      'cascade',
    ),
    tenantReference(
      'ai_load_balancer_members_assistant',
      { organizationId: table.organizationId, column: table.assistant },
      { organizationId: aiAssistants.organizationId, column: aiAssistants.name },
      'no action',
    ),
  ],
);

export const inboundBlockRules = voice.table(
  'inbound_block_rules',
  {
    id: id(),
    organizationId: organization(),
    pattern: text('pattern').notNull(),
    match: text('match_type').notNull(),
    ...treatment(),
    expiresAt: text('expires_at'),
    status: active(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('inbound_block_rules_tenant_key', table),
    unique('inbound_block_rules_pattern_key').on(table.organizationId, table.pattern),
  ],
);

/** A long list of callers: what happens to them stands here and in the plan, the numbers themselves beside it (ADR 0012). */
export const blockLists = voice.table(
  'block_lists',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    ...treatment(),
    status: active(),
    /** Moves with every change of the numbers; a process that is behind reads what it missed. */
    version: integer('version').notNull().default(0),
    /** Changes up to this version are no longer kept: who is further behind reads the whole list. */
    purgedTo: integer('purged_to').notNull().default(0),
    entryCount: integer('entry_count').notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('block_lists_tenant_key', table),
    unique('block_lists_name_key').on(table.organizationId, table.name),
  ],
);

/** One number (digits) or prefix (digits and `*`) of a long list. */
export const blockListEntries = voice.table(
  'block_list_entries',
  {
    organizationId: organization(),
    listId: uuid('list_id').notNull(),
    entry: byteText('entry').notNull(),
  },
  (table) => [
    primaryKey({ name: 'block_list_entries_pkey', columns: [table.listId, table.entry] }),
    tenantReference(
      'block_list_entries_list',
      { organizationId: table.organizationId, column: table.listId },
      { organizationId: blockLists.organizationId, column: blockLists.id },
      'cascade',
    ),
  ],
);

/** What changed on a long list, kept for an hour. */
export const blockListChanges = voice.table(
  'block_list_changes',
  {
    organizationId: organization(),
    listId: uuid('list_id').notNull(),
    version: integer('version').notNull(),
    added: text('added').array().notNull(),
    removed: text('removed').array().notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'block_list_changes_pkey', columns: [table.listId, table.version] }),
    tenantReference(
      'block_list_changes_list',
      { organizationId: table.organizationId, column: table.listId },
      { organizationId: blockLists.organizationId, column: blockLists.id },
      'cascade',
    ),
    index('block_list_changes_age').on(table.at),
  ],
);

export const outboundRules = voice.table(
  'outbound_rules',
  {
    id: id(),
    organizationId: organization(),
    prefix: text('prefix').notNull(),
    country: text('country'),
    name: text('name'),
    trunk: text('trunk').notNull(),
    callerId: text('caller_id'),
    costWeight: integer('cost_weight').notNull().default(1),
    status: active(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('outbound_rules_tenant_key', table),
    unique('outbound_rules_prefix_key').on(table.organizationId, table.prefix),
  ],
);

/** Endpoints of the customer that decide where calls go. The secret signs what they are sent. */
export const customLogic = voice.table(
  'custom_logic',
  {
    id: id(),
    organizationId: organization(),
    name: text('name').notNull(),
    status: active(),
    url: text('url').notNull(),
    secretSecretId: uuid('secret_secret_id').notNull(),
    timeoutMs: integer('timeout_ms').notNull(),
    fallback: target('fallback').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('custom_logic_tenant_key', table),
    unique('custom_logic_name_key').on(table.organizationId, table.name),
    tenantReference(
      'custom_logic_secret',
      { organizationId: table.organizationId, column: table.secretSecretId },
      { organizationId: secrets.organizationId, column: secrets.id },
    ),
  ],
);

/** How all calls of an organization are treated. Edited and read as one, so it stands in one row (ADR 0006). */
export const voicePolicies = voice.table('voice_policies', {
  organizationId: organization().primaryKey(),
  policy: jsonb('policy').notNull(),
  updatedAt: updatedAt(),
});

/**
 * What calls to the outside have used: one row an extension, and one with scope '' for the organization. One statement
 * counts a call in both, or in none (promise P8).
 */
export const outboundUsage = voice.table(
  'outbound_usage',
  {
    organizationId: organization(),
    scope: text('scope').notNull(),
    minute: instant('minute').notNull(),
    minuteCalls: integer('minute_calls').notNull(),
    hour: instant('hour').notNull(),
    hourCalls: integer('hour_calls').notNull(),
    /** In the organization's zone. */
    day: text('day').notNull(),
    dayCalls: integer('day_calls').notNull(),
    daySeconds: integer('day_seconds').notNull(),
    dayCost: integer('day_cost').notNull(),
  },
  (table) => [primaryKey({ name: 'outbound_usage_pkey', columns: [table.organizationId, table.scope] })],
);

/** Calls to the outside that were counted, so that the CDR can add their length to the day's usage, once. */
export const outboundCalls = voice.table(
  'outbound_calls',
  {
    organizationId: organization(),
    token: text('token').notNull(),
    scope: text('scope').notNull(),
    weight: integer('weight').notNull(),
    day: text('day').notNull(),
    chargedSeconds: integer('charged_seconds').notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'outbound_calls_pkey', columns: [table.organizationId, table.token] }),
    index('outbound_calls_by_age').on(table.createdAt),
  ],
);

/** The published plan: immutable. The newest version of an organization is what answers its calls (ADR 0005). */
export const planVersions = voice.table(
  'plan_versions',
  {
    id: id(),
    organizationId: organization(),
    version: integer('version').notNull(),
    /** The document without its secret fields, which `sealedSecrets` holds. */
    document: jsonb('document').notNull(),
    keyId: text('key_id').notNull(),
    sealedSecrets: bytea('sealed_secrets').notNull(),
    actorName: text('actor_name').notNull(),
    /** What brought it about; null for versions of the first release. */
    origin: text('origin', { enum: ['change', 'draft', 'rollback'] }),
    /** The version a rollback went back to. */
    restoredVersion: integer('restored_version'),
    note: text('note'),
    createdAt: createdAt(),
  },
  (table) => [unique('plan_versions_version_key').on(table.organizationId, table.version)],
);

/** The configuration somebody is preparing: one an organization. It holds secrets, so all of it is sealed. */
export const planDrafts = voice.table('plan_drafts', {
  organizationId: organization().primaryKey(),
  keyId: text('key_id').notNull(),
  sealedFile: bytea('sealed_file').notNull(),
  /** The newest version when the draft was begun: what it was made from. */
  baseVersion: integer('base_version'),
  actorName: text('actor_name').notNull(),
  updatedAt: updatedAt(),
});

/** Rotation pointers: one atomic statement moves one, whichever process asks (promise P8). */
export const rotationCounters = voice.table(
  'rotation_counters',
  {
    organizationId: organization(),
    key: text('key').notNull(),
    value: integer('value').notNull().default(0),
  },
  (table) => [primaryKey({ name: 'rotation_counters_pkey', columns: [table.organizationId, table.key] })],
);

/** Members of a rotation, whoever had a turn longest ago first. */
export const rotationOrders = voice.table(
  'rotation_orders',
  {
    organizationId: organization(),
    key: text('key').notNull(),
    members: text('members').array().notNull(),
  },
  (table) => [primaryKey({ name: 'rotation_orders_pkey', columns: [table.organizationId, table.key] })],
);

/** What is counted for a while: wrong PINs, calls of an hour. A row whose window is over means nothing and is purged. */
export const usageWindows = voice.table(
  'usage_windows',
  {
    organizationId: organization(),
    key: text('key').notNull(),
    count: integer('count').notNull(),
    endsAt: instant('ends_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'usage_windows_pkey', columns: [table.organizationId, table.key] }),
    index('usage_windows_ended').on(table.endsAt),
  ],
);

/** What all processes know of an AI assistant: calls now, failures in a row, and until when it rests. */
export const aiAssistantStates = voice.table(
  'ai_assistant_states',
  {
    organizationId: organization(),
    assistant: text('assistant').notNull(),
    /** As many as it has slots; every statement that changes slots changes this. */
    active: integer('active').notNull().default(0),
    failures: integer('failures').notNull().default(0),
    restUntil: instant('rest_until'),
  },
  (table) => [
    primaryKey({ name: 'ai_assistant_states_pkey', columns: [table.organizationId, table.assistant] }),
    tenantReference(
      'ai_assistant_states_assistant',
      { organizationId: table.organizationId, column: table.assistant },
      { organizationId: aiAssistants.organizationId, column: aiAssistants.name },
      'cascade',
    ),
  ],
);

/** A call that an AI assistant has now. */
export const aiSlots = voice.table(
  'ai_slots',
  {
    organizationId: organization(),
    assistant: text('assistant').notNull(),
    callToken: text('call_token').notNull(),
    takenAt: instant('taken_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'ai_slots_pkey', columns: [table.organizationId, table.callToken, table.assistant] }),
    tenantReference(
      'ai_slots_assistant',
      { organizationId: table.organizationId, column: table.assistant },
      { organizationId: aiAssistantStates.organizationId, column: aiAssistantStates.assistant },
      'cascade',
    ),
    index('ai_slots_expiry').on(table.expiresAt),
  ],
);

export const callStatus = voice.enum('call_status', [
  'initiated',
  'ringing',
  'answered',
  'completed',
  'busy',
  'no_answer',
  'failed',
  'blocked',
  'cancelled',
]);

/** One row a call: what we know of it now. `token` is the Cloudonix session token. */
export const calls = voice.table(
  'calls',
  {
    id: id(),
    organizationId: organization(),
    token: text('token').notNull(),
    direction: text('direction').notNull(),
    fromNumber: text('from_number').notNull(),
    toNumber: text('to_number').notNull(),
    callerName: text('caller_name'),
    status: callStatus('status').notNull(),
    planVersion: integer('plan_version'),
    trace: jsonb('trace').$type<readonly string[]>().notNull().default([]),
    startedAt: instant('started_at').notNull(),
    answeredAt: instant('answered_at'),
    endedAt: instant('ended_at'),
    billableSeconds: integer('billable_seconds'),
    recordingUrl: text('recording_url'),
    /** The number of ours that was called, E.164. */
    did: text('did'),
    /** The extension that placed the call, or the one that was rung alone last. */
    extension: text('extension'),
    /** Where the call is, or ended: `ring_group:sales`. */
    place: text('place'),
    /** What the columns are made of, such that the order in which happenings arrive does not count. */
    ledger: jsonb('ledger'),
    updatedAt: updatedAt(),
  },
  (table) => [
    tenantKey('calls_tenant_key', table),
    unique('calls_token_key').on(table.organizationId, table.token),
    index('calls_list').on(table.organizationId, table.startedAt, table.id),
    // One number's calls, newest first: three walks of an index instead of a look at every call.
    index('calls_from').on(table.organizationId, table.fromNumber, table.startedAt, table.id),
    index('calls_to').on(table.organizationId, table.toNumber, table.startedAt, table.id),
    index('calls_did').on(table.organizationId, table.did, table.startedAt, table.id),
    index('calls_live').on(table.organizationId).where(sql`${table.endedAt} is null`),
  ],
);

/** Everything that happened to a call, in the order it arrived; `event_key` makes a repeat change nothing. */
export const callEvents = voice.table(
  'call_events',
  {
    id: id(),
    organizationId: organization(),
    callId: uuid('call_id').notNull(),
    kind: text('kind', { enum: ['voice', 'session', 'cdr', 'recording'] }).notNull(),
    eventKey: text('event_key').notNull(),
    status: text('status'),
    data: jsonb('data').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    unique('call_events_key').on(table.organizationId, table.eventKey),
    tenantReference(
      'call_events_call',
      { organizationId: table.organizationId, column: table.callId },
      { organizationId: calls.organizationId, column: calls.id },
      'cascade',
    ),
    index('call_events_of_call').on(table.organizationId, table.callId, table.at),
  ],
);

/** The provider's final word on a call leg. Immutable. */
export const callDetailRecords = voice.table(
  'call_detail_records',
  {
    id: id(),
    organizationId: organization(),
    callId: uuid('call_id').notNull(),
    eventKey: text('event_key').notNull(),
    token: text('token').notNull(),
    sipCallId: text('sip_call_id'),
    fromNumber: text('from_number').notNull(),
    toNumber: text('to_number').notNull(),
    disposition: text('disposition').notNull(),
    rawDisposition: text('raw_disposition'),
    durationSeconds: integer('duration_seconds').notNull(),
    billableSeconds: integer('billable_seconds').notNull(),
    startedAt: instant('started_at'),
    answeredAt: instant('answered_at'),
    endedAt: instant('ended_at'),
    recordingUrl: text('recording_url'),
    cost: text('cost'),
    raw: jsonb('raw').notNull(),
    recordedAt: instant('recorded_at').notNull(),
  },
  (table) => [
    unique('call_detail_records_key').on(table.organizationId, table.eventKey),
    tenantReference(
      'call_detail_records_call',
      { organizationId: table.organizationId, column: table.callId },
      { organizationId: calls.organizationId, column: calls.id },
      'cascade',
    ),
    index('call_detail_records_list').on(table.organizationId, table.recordedAt, table.id),
    index('call_detail_records_of_call').on(table.organizationId, table.callId),
    index('call_detail_records_from').on(table.organizationId, table.fromNumber, table.recordedAt),
    index('call_detail_records_to').on(table.organizationId, table.toNumber, table.recordedAt),
    index('call_detail_records_token').on(table.organizationId, table.token),
  ],
);

/** A call that was not let in, with the rule that said so. */
export const blockedCalls = voice.table(
  'blocked_calls',
  {
    id: id(),
    organizationId: organization(),
    callId: uuid('call_id').notNull(),
    token: text('token').notNull(),
    fromNumber: text('from_number').notNull(),
    toNumber: text('to_number').notNull(),
    did: text('did'),
    match: text('match_type').notNull(),
    pattern: text('pattern').notNull(),
    list: text('list'),
    action: text('action').notNull(),
    reason: text('reason').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    unique('blocked_calls_call_key').on(table.organizationId, table.callId),
    tenantReference(
      'blocked_calls_call',
      { organizationId: table.organizationId, column: table.callId },
      { organizationId: calls.organizationId, column: calls.id },
      'cascade',
    ),
    index('blocked_calls_list').on(table.organizationId, table.at, table.id),
  ],
);
