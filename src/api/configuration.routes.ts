import { z } from 'zod';
import { applyOrganizationFile, exportOrganization, readOrganizationFile } from '../configuration/index.ts';
import { AppError } from '../core/errors.ts';
import { type Route, route } from './route.ts';

const tag = 'Configuration';
/** About 100,000 numbers. */
const LONGEST_FILE = 20_000_000;

const changeSchema = z.object({
  action: z.enum(['create', 'change', 'delete']),
  section: z.string(),
  object: z.string(),
  key: z.string(),
  fields: z.array(z.string()).optional(),
});

/** `apply` and `export` over HTTP: what the command line uses while a server holds the database. */
export function configurationRoutes(): readonly Route[] {
  return [
    route(
      {
        method: 'POST',
        path: '/api/v1/configuration',
        summary: 'Make an organization what its file says',
        description: 'Everything is checked first; either all of it is applied or nothing. `dryRun` only tells.',
        tag,
        permission: 'identity.organization.write',
        body: z.strictObject({
          file: z
            .string('send the YAML text of the file')
            .max(LONGEST_FILE, 'the file is longer than 20 million characters'),
          dryRun: z.boolean().default(false),
        }),
        example: { file: 'organization: { slug: acme, name: Acme Fibre }\n', dryRun: true },
        response: z.object({ organizationId: z.uuid(), slug: z.string(), changes: z.array(changeSchema) }),
        isIdempotent: false,
        bodyLimitBytes: 2 * LONGEST_FILE,
      },
      async ({ context, principal, body }) => {
        const read = readOrganizationFile(body.file);
        if (!read.ok) throw invalidFile(read.problems);
        const { slug } = read.value.organization;
        if (principal.organization.slug !== slug && principal.actor.kind !== 'system') throw otherOrganization(slug);
        const result = await applyOrganizationFile(
          {
            db: context.db,
            actor: context.actor,
            can: principal.can,
            clock: context.clock,
            secrets: context.secrets,
            ...(context.requestId === undefined ? {} : { requestId: context.requestId }),
          },
          read.value,
          { dryRun: body.dryRun },
        );
        return { ...result, slug };
      },
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/configuration',
        summary: 'The organization as one file, secrets included',
        tag,
        permission: 'identity.organization.export',
        response: z.object({ file: z.string() }),
      },
      async ({ context }) => ({ file: await exportOrganization(context) }),
    ),
  ];
}

function invalidFile(
  problems: readonly { readonly path: string; readonly message: string; readonly line: number }[],
): AppError {
  return new AppError({
    code: 'configuration.invalid',
    kind: 'invalid',
    detail: `The file has ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}; nothing was changed.`,
    problems,
  });
}

function otherOrganization(slug: string): AppError {
  return new AppError({
    code: 'configuration.other_organization',
    kind: 'forbidden',
    detail: `This key belongs to another organization than ${slug}. Use a key of ${slug}, or apply on the server itself.`,
  });
}
