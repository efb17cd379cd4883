import type { Scope } from '../../db/context.ts';

/** One line of the policy: a permission key `area.object.verb`, or a pattern of them, and how far it reaches. */
export interface Grant {
  readonly permission: string;
  readonly scope: Scope;
  /** Only the rows of this team; for what a person may do as its member. */
  readonly teamId?: string;
}

export interface RoleTemplate {
  readonly name: string;
  readonly description: string;
  readonly grants: readonly Grant[];
}

/**
 * The policy table: what each role may do. A `*` stands for one or more parts: `voice.*` is everything of voice, `*.read`
 * is reading anything. No pattern but `platform.…` itself reaches the platform's own objects, so that an owner of one
 * organization is not one of all.
 */
export const ROLE_TEMPLATES = {
  owner: template('Owner', 'Everything in the organization.', ['*']),
  voice_admin: template('Voice administrator', 'Calls, numbers, extensions and contacts.', [
    'voice.*',
    'directory.*',
    'sms.*.read',
    'sms.action.*',
    'identity.person.read',
  ]),
  sms_supervisor: template('SMS supervisor', 'Sends texts, sets how they are sent, and keeps contacts.', [
    'sms.message.*',
    'sms.policy.*',
    'sms.route.*',
    'sms.suppression.*',
    'sms.modem.read',
    'directory.*',
  ]),
  reporter: template('Reporter', 'Reads calls, texts and reports.', ['voice.*.read', 'sms.*.read', 'report.*.read']),
  member: template('Member', 'Shared contacts, and their own account.', ['directory.contact.read']),
  desk: template('Desk', 'Lets people in who show their code.', [
    'identity.enrollment.read',
    'identity.enrollment.decide',
    'identity.invite.read',
  ]),
  callcenter: template('Call centre', 'Enquiries and tickets of callers.', [
    'operations.enquiry.*',
    'operations.ticket.*',
    'operations.lead.*',
    'operations.customer.read',
    'directory.*',
    'voice.call.read',
    'sms.message.*',
  ]),
  sales: template('Sales', 'Leads, customers and plans.', [
    'operations.enquiry.*',
    'operations.lead.*',
    'operations.customer.*',
    'operations.service_plan.read',
    'directory.*',
  ]),
  salesexec: template('Sales executive', 'Their own leads.', [
    own('operations.lead.*'),
    own('operations.enquiry.*'),
    'operations.service_plan.read',
    'directory.contact.read',
  ]),
  engineer: template('Engineer', 'Their own work orders and tickets.', [
    own('operations.work_order.*'),
    own('operations.ticket.*'),
    'operations.network_device.read',
    'operations.inventory_item.read',
    'directory.contact.read',
  ]),
  inventory: template('Inventory', 'Stock and requests for it.', [
    'operations.inventory_item.*',
    'operations.stock_movement.*',
    'operations.stock_request.*',
    'operations.vendor.read',
  ]),
  network: template('Network', 'Devices, addresses and incidents.', [
    'operations.network_device.*',
    'operations.device_event.*',
    'operations.ip_pool.*',
    'operations.ip_allocation.*',
    'operations.incident.*',
    'operations.ticket.*',
    'operations.customer.read',
  ]),
  finance: template('Finance', 'Vendors, payments and licences.', [
    'operations.vendor.*',
    'operations.vendor_payment.*',
    'operations.licence.*',
    'operations.customer.read',
    'voice.cdr.read',
    'report.*.read',
  ]),
} as const satisfies Record<string, RoleTemplate>;

export type Role = keyof typeof ROLE_TEMPLATES;

export const ROLE_NAMES = Object.keys(ROLE_TEMPLATES) as readonly Role[];

export const TEAM_ROLES = ['guest', 'developer', 'maintainer', 'owner'] as const;

export type TeamRole = (typeof TEAM_ROLES)[number];

const GUEST = ['transfers.*.read', 'identity.team.read'];
const DEVELOPER = [
  ...GUEST,
  'transfers.connection.write',
  'transfers.transfer.write',
  'transfers.run.write',
  'transfers.run.start',
];
const MAINTAINER = [
  ...DEVELOPER,
  'transfers.connection.delete',
  'transfers.transfer.delete',
  'transfers.queue.write',
  'transfers.queue.delete',
];

/** What membership of a team adds, for the rows of that team (syncmaster reference, section 3). */
export const TEAM_ROLE_PERMISSIONS: Readonly<Record<TeamRole, readonly string[]>> = {
  guest: GUEST,
  developer: DEVELOPER,
  maintainer: MAINTAINER,
  owner: [...MAINTAINER, 'identity.team.write'],
};

function template(name: string, description: string, grants: readonly (string | Grant)[]): RoleTemplate {
  return {
    name,
    description,
    grants: grants.map((grant) => (typeof grant === 'string' ? { permission: grant, scope: 'all' } : grant)),
  };
}

function own(permission: string): Grant {
  return { permission, scope: 'own' };
}
