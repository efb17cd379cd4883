import { z } from 'zod';
import { type Form, keyOf, type Resource } from '../db/resource.ts';
import { directoryResources } from '../directory/index.ts';
import { type RoleInput, roleFileSchema } from '../identity/index.ts';
import { messagingResources } from '../messaging/index.ts';
import {
  organizationSchema,
  type PlanDocument,
  planDocumentSchema,
  type VoicePolicy,
  validate,
  voicePolicySchema,
} from '../routing/index.ts';
import { type CloudonixSettings, cloudonixSettingsSchema, voiceResources } from '../voice/index.ts';
import { type ReadResult, readDocument } from './read-document.ts';

/** Every kind of object the file can hold, in an order in which each only needs earlier ones. */
export const fileResources: readonly Resource[] = [...voiceResources, ...messagingResources, ...directoryResources];

/** One organization as its file says, validated and with defaults filled in. */
export interface OrganizationFile {
  readonly organization: PlanDocument['organization'];
  readonly cloudonix?: CloudonixSettings;
  readonly voice: VoicePolicy;
  /** The organization's own roles. Absent: they stay as they are; a file from before they could stand here takes none away. */
  readonly roles?: readonly RoleInput[];
  readonly sections: Readonly<Record<string, readonly Form[]>>;
}

/** Kinds of objects that other versions have: the file is refused with a sentence that says so. */
const LATER: Readonly<Record<string, string>> = {
  campaigns: 'the auto dialer',
  dialLists: 'the auto dialer',
  smsActions: 'SMS actions',
  webhooks: 'outgoing webhooks',
  connections: 'transfers',
  transfers: 'transfers',
};

/** What hangs on people, their consent or their secrets lives in the database only. */
const NOT_IN_A_FILE: Readonly<Record<string, string>> = {
  users: 'people are not kept in a file: add them with "switchhook person add", or let them join by an invite',
  people: 'people are not kept in a file: add them with "switchhook person add", or let them join by an invite',
  invites: 'an invite is a secret that is shown once: make it with "switchhook invite create"',
  teams: 'teams are made of people and not kept in a file: use POST /api/v1/teams',
  apiKeys: 'a key is shown once and not kept in a file: make it with "switchhook api-key create"',
  certificates: 'certificates are issued to people and devices: use POST /api/v1/certificates',
  identityProviders: 'identity providers are set up with PUT /api/v1/identity-providers',
};

const fileSchema = z.strictObject(
  {
    organization: organizationSchema,
    cloudonix: cloudonixSettingsSchema.optional(),
    voice: voicePolicySchema.prefault({}),
    ...Object.fromEntries(
      fileResources.map(({ section, schema }) => [section, z.array(schema, 'must be a list').default([])]),
    ),
    roles: z.array(roleFileSchema, 'must be a list').optional(),
    ...Object.fromEntries(
      Object.entries(NOT_IN_A_FILE).map(([section, words]) => [
        section,
        z.undefined(`${words}; remove "${section}"`).optional(),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(LATER).map(([section, feature]) => [
        section,
        z.undefined(`${feature} is not part of this version; remove "${section}"`).optional(),
      ]),
    ),
  },
  'the file holds no sections; begin with "organization:"',
);

/** Reads an organization's file and checks all of it: form, names and whether calls could be routed. */
export function readOrganizationFile(text: string): ReadResult<OrganizationFile> {
  const read = readOrganizationForm(text);
  if (!read.ok) return read;
  const problems = [...routingProblems(read.value), ...repeatedKeys(read.value)].map((problem) => ({
    ...problem,
    line: read.lineOf(problem.path.split('.')),
  }));
  if (problems.length > 0) return { ok: false, problems: problems.sort((left, right) => left.line - right.line) };
  return read;
}

/** Reads an organization's file by its form alone; where calls would go is not judged. */
export function readOrganizationForm(text: string): ReadResult<OrganizationFile> {
  const read = readDocument(text, fileSchema as unknown as z.ZodType<Record<string, unknown>>);
  if (!read.ok) return read;
  const { organization, cloudonix, voice, roles, ...lists } = read.value as Record<string, unknown> &
    Pick<OrganizationFile, 'organization' | 'cloudonix' | 'voice' | 'roles'>;
  const sections = Object.fromEntries(fileResources.map(({ section }) => [section, lists[section] as readonly Form[]]));
  const file: OrganizationFile = {
    organization,
    ...(cloudonix === undefined ? {} : { cloudonix }),
    voice,
    ...(roles === undefined ? {} : { roles }),
    sections,
  };
  return { ok: true, value: file, lineOf: read.lineOf };
}

/** The voice part of a file, as routing compiles it. */
export function planDocumentOf(file: OrganizationFile): PlanDocument {
  const objects = Object.fromEntries(voiceResources.map(({ section }) => [section, file.sections[section]]));
  const settings = file.cloudonix && { noAnswerTimeoutSeconds: file.cloudonix.noAnswerTimeoutSeconds };
  return planDocumentSchema.parse({ organization: file.organization, settings, voice: file.voice, ...objects });
}

function routingProblems(file: OrganizationFile) {
  return validate(planDocumentOf(file)).filter((problem) => problem.severity === 'error');
}

/** Of the kinds that routing does not know; it reports its own. */
export function repeatedKeys(file: OrganizationFile) {
  const roles = (file.roles ?? []).flatMap(({ key }, index, all) =>
    all.findIndex((other) => other.key === key) === index
      ? []
      : [{ path: `roles.${index}.key`, message: `there is already a role ${key}` }],
  );
  const others = fileResources.filter((resource) => !voiceResources.includes(resource));
  const objects = others.flatMap((resource) => {
    const seen = new Set<string>();
    return (file.sections[resource.section] ?? []).flatMap((form, index) => {
      const key = keyOf(resource, form);
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      return [
        { path: `${resource.section}.${index}.${resource.key}`, message: `there is already a ${resource.noun} ${key}` },
      ];
    });
  });
  return [...roles, ...objects];
}
