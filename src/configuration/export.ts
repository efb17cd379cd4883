import { stringify } from 'yaml';
import type { Context } from '../db/context.ts';
import { type Form, type Resource, readForms } from '../db/resource.ts';
import { listOrganizations, readRoles, roleToFile } from '../identity/index.ts';
import { decidedPolicy, readCloudonixSettings, readVoicePolicy } from '../voice/index.ts';
import { fileResources } from './organization-file.ts';

/**
 * An organization in the form `apply` reads, secrets included: applying it again changes nothing, and applying it to
 * another installation makes the same organization there.
 */
export async function exportOrganization(context: Context): Promise<string> {
  context.require('identity.organization.export');
  const found = (await listOrganizations(context.db)).find(({ id }) => id === context.organizationId);
  if (found === undefined) throw new Error('the organization to export is gone');
  const { id: _, ...organization } = found;
  const file: Record<string, unknown> = { organization };
  const cloudonix = await readCloudonixSettings(context);
  if (cloudonix !== undefined) file.cloudonix = cloudonix;
  const voice = decidedPolicy(await readVoicePolicy(context));
  if (Object.keys(voice).length > 0) file.voice = voice;
  const roles = await readRoles(context.withPermissions(['identity.role.read']));
  if (roles.length > 0) file.roles = roles.map(roleToFile);
  for (const resource of fileResources) {
    const forms = await readForms(context, resource);
    if (forms.length > 0) file[resource.section] = forms.map((form) => tidy(resource, form));
  }
  return stringify(file, { lineWidth: 120, defaultKeyType: 'PLAIN', defaultStringType: 'QUOTE_DOUBLE' });
}

/** Leaves out what the schema would fill in by itself, so that the file says only what somebody decided. */
function tidy(resource: Resource, form: Form): Form {
  const entries = Object.entries(form).filter(([field, value]) => {
    const without = { ...form };
    delete without[field];
    const parsed = resource.schema.safeParse(without);
    return !(parsed.success && JSON.stringify(parsed.data[field]) === JSON.stringify(value));
  });
  return Object.fromEntries(entries);
}
