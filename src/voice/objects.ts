import type { Resource } from '../db/resource.ts';
import * as table from '../db/schema/index.ts';
import {
  aiAssistantSchema,
  aiLoadBalancerSchema,
  blockListSchema,
  businessHoursSchema,
  conferenceRoomSchema,
  customLogicSchema,
  extensionSchema,
  inboundBlacklistSchema,
  ivrMenuSchema,
  outboundWhitelistSchema,
  type PlanDocument,
  phoneNumberSchema,
  ringGroupSchema,
  type TargetType,
  voicemailBoxSchema,
} from '../routing/index.ts';

/** A kind of voice object: its section is a list of the plan document, and some kinds can be pointed at. */
export interface VoiceObject extends Resource {
  readonly section: Exclude<keyof PlanDocument, 'organization' | 'settings' | 'voice'>;
  readonly target?: TargetType;
}

const extensions = {
  path: 'extensions',
  section: 'extensions',
  noun: 'extension',
  permission: 'voice.extension',
  table: table.extensions,
  schema: extensionSchema,
  key: 'number',
  filters: ['number', 'type', 'status'],
  searches: ['name'],
  sorts: ['number', 'name'],
  target: 'extension',
} satisfies VoiceObject;

const numbers = {
  path: 'numbers',
  section: 'numbers',
  noun: 'number',
  permission: 'voice.number',
  table: table.didNumbers,
  schema: phoneNumberSchema,
  key: 'number',
  filters: ['number', 'status', 'routeTo'],
  sorts: ['number', 'name'],
} satisfies VoiceObject;

const ringGroups = {
  path: 'ring-groups',
  section: 'ringGroups',
  noun: 'ring group',
  permission: 'voice.ring_group',
  table: table.ringGroups,
  schema: ringGroupSchema,
  key: 'name',
  children: { members: { table: table.ringGroupMembers, parent: 'ringGroupId', value: 'extensionNumber' } },
  filters: ['name', 'strategy', 'status'],
  sorts: ['name'],
  target: 'ring_group',
} satisfies VoiceObject;

const ivrMenus = {
  path: 'ivr-menus',
  section: 'ivrMenus',
  noun: 'IVR menu',
  permission: 'voice.ivr_menu',
  table: table.ivrMenus,
  schema: ivrMenuSchema,
  key: 'name',
  children: { options: { table: table.ivrMenuOptions, parent: 'ivrMenuId' } },
  filters: ['name', 'status'],
  sorts: ['name'],
  target: 'ivr_menu',
} satisfies VoiceObject;

const businessHours = {
  path: 'business-hours',
  section: 'businessHours',
  noun: 'business hours schedule',
  permission: 'voice.business_hours',
  table: table.businessHours,
  schema: businessHoursSchema,
  key: 'name',
  filters: ['name'],
  sorts: ['name'],
  target: 'business_hours',
} satisfies VoiceObject;

const conferenceRooms = {
  path: 'conference-rooms',
  section: 'conferenceRooms',
  noun: 'conference room',
  permission: 'voice.conference_room',
  table: table.conferenceRooms,
  schema: conferenceRoomSchema,
  key: 'name',
  secrets: ['pin', 'hostPin'],
  filters: ['name', 'status'],
  sorts: ['name'],
  target: 'conference_room',
} satisfies VoiceObject;

const voicemailBoxes = {
  path: 'voicemail-boxes',
  section: 'voicemailBoxes',
  noun: 'voicemail box',
  permission: 'voice.voicemail_box',
  table: table.voicemailBoxes,
  schema: voicemailBoxSchema,
  key: 'number',
  secrets: ['pin'],
  filters: ['number', 'status'],
  sorts: ['number'],
  target: 'voicemail',
} satisfies VoiceObject;

const aiAssistants = {
  path: 'ai-assistants',
  section: 'aiAssistants',
  noun: 'AI assistant',
  permission: 'voice.ai_assistant',
  table: table.aiAssistants,
  schema: aiAssistantSchema,
  key: 'name',
  secrets: ['password'],
  filters: ['name', 'protocol', 'provider', 'status'],
  sorts: ['name'],
  target: 'ai_assistant',
} satisfies VoiceObject;

const aiLoadBalancers = {
  path: 'ai-load-balancers',
  section: 'aiLoadBalancers',
  noun: 'AI load balancer',
  permission: 'voice.ai_load_balancer',
  table: table.aiLoadBalancers,
  schema: aiLoadBalancerSchema,
  key: 'name',
  children: { members: { table: table.aiLoadBalancerMembers, parent: 'aiLoadBalancerId' } },
  filters: ['name', 'strategy', 'status'],
  sorts: ['name'],
  target: 'ai_load_balancer',
} satisfies VoiceObject;

const customLogic = {
  path: 'custom-logic',
  section: 'customLogic',
  noun: 'custom logic endpoint',
  permission: 'voice.custom_logic',
  table: table.customLogic,
  schema: customLogicSchema,
  key: 'name',
  secrets: ['secret'],
  filters: ['name', 'status'],
  sorts: ['name'],
  target: 'custom_logic',
} satisfies VoiceObject;

const inboundBlacklist = {
  path: 'inbound-blacklist',
  section: 'inboundBlacklist',
  noun: 'blacklist entry',
  permission: 'voice.inbound_block_rule',
  table: table.inboundBlockRules,
  schema: inboundBlacklistSchema,
  key: 'pattern',
  filters: ['pattern', 'match', 'action', 'status'],
  sorts: ['pattern'],
} satisfies VoiceObject;

const blockLists = {
  path: 'block-lists',
  section: 'blockLists',
  noun: 'block list',
  permission: 'voice.block_list',
  table: table.blockLists,
  schema: blockListSchema,
  key: 'name',
  filters: ['name', 'action', 'status'],
  sorts: ['name'],
} satisfies VoiceObject;

const outboundWhitelist = {
  path: 'outbound-whitelist',
  section: 'outboundWhitelist',
  noun: 'whitelist entry',
  permission: 'voice.outbound_rule',
  table: table.outboundRules,
  schema: outboundWhitelistSchema,
  key: 'prefix',
  filters: ['prefix', 'country', 'trunk', 'status'],
  sorts: ['prefix'],
} satisfies VoiceObject;

/** In an order in which each object only points at earlier ones by database reference. */
export const voiceObjects: readonly VoiceObject[] = [
  extensions,
  ringGroups,
  ivrMenus,
  businessHours,
  conferenceRooms,
  voicemailBoxes,
  aiAssistants,
  aiLoadBalancers,
  customLogic,
  numbers,
  inboundBlacklist,
  blockLists,
  outboundWhitelist,
];
