import { z } from 'zod';
import {
  checkFile,
  comparePlans,
  type PlanSource,
  parsePlanSource,
  planChangeSchema,
  planCheckSchema,
  planOf,
  publishDraft,
  rollBack,
  simulatePlan,
  simulationRequestSchema,
  simulationSchema,
} from '../configuration/index.ts';
import { AppError } from '../core/errors.ts';
import {
  callReplaySchema,
  deleteDraft,
  getDraft,
  getPlanVersion,
  listPlanVersionsOf,
  planDraftSchema,
  planVersionDetailSchema,
  planVersionSchema,
  putDraft,
  replayCall,
} from '../voice/index.ts';
import { toJsonSchema, toPageSchema } from './json-schema.ts';
import { listQuerySchema, toListQuery } from './query.ts';
import { type Route, type RouteInput, route } from './route.ts';

const tag = 'Plans';
const read = 'voice.plan.read';
const write = 'voice.plan.write';
const LONGEST_FILE = 20_000_000;

const file = z.string('send the text of the file').max(LONGEST_FILE, 'the file is longer than 20 million characters');
const note = z.string().trim().min(1, 'say something').max(500, 'use at most 500 characters').optional();
const changes = z.array(planChangeSchema);
const applied = z.object({
  version: z.int().nullable(),
  changes: z.array(
    z.object({
      action: z.enum(['create', 'change', 'delete']),
      object: z.string(),
      fields: z.array(z.string()).optional(),
    }),
  ),
});
const source = z
  .string()
  .refine((text) => parsePlanSource(text) !== undefined, 'use current, draft, or the number of a version')
  .meta({ description: '`current`, `draft`, or the number of a version.' });

/** Plans: the draft, the judge, publishing, versions and the way back; and calls played against any of them. */
export function planRoutes(): readonly Route[] {
  return [...draftRoutes(), ...versionRoutes(), ...playRoutes()];
}

function draftRoutes(): readonly Route[] {
  const path = '/api/v1/plans/draft';
  return [
    route(
      {
        method: 'GET',
        path,
        summary: 'The draft, secrets included',
        tag,
        permission: write,
        response: planDraftSchema,
      },
      ({ context }) => getDraft(context),
    ),
    route(
      {
        method: 'PUT',
        path,
        summary: 'Store the draft: an organization file, finished or not',
        tag,
        permission: write,
        body: z.strictObject({ file }),
        response: planDraftSchema,
        bodyLimitBytes: 2 * LONGEST_FILE,
      },
      ({ context, body }) => putDraft(context, body.file),
    ),
    route({ method: 'DELETE', path, summary: 'Throw the draft away', tag, permission: write }, ({ context }) =>
      deleteDraft(context),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/plans/validate',
        summary: 'Find what is wrong with a file, or with the draft',
        description: 'Each problem has the way on which a call meets it. Changes nothing.',
        tag,
        permission: write,
        body: z.strictObject({ file: file.optional() }),
        example: {},
        response: planCheckSchema,
        isIdempotent: false,
        bodyLimitBytes: 2 * LONGEST_FILE,
      },
      async ({ context, body }) => checkFile(body.file ?? (await getDraft(context)).file),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/plans/publish',
        summary: 'Publish the draft',
        description:
          'Everything is checked first; either all of it is published, as one version, or nothing. Calls that go on end by the version that began them.',
        tag,
        permission: write,
        body: z.strictObject({ note, force: z.boolean().default(false) }),
        example: { note: 'Christmas hours' },
        response: applied,
        isIdempotent: false,
      },
      (input) => publishDraft(planContextOf(input), input.body),
    ),
  ];
}

function versionRoutes(): readonly Route[] {
  const versions = '/api/v1/plans/versions';
  return [
    route(
      {
        method: 'GET',
        path: versions,
        summary: 'List published plans, newest first',
        tag,
        permission: read,
        query: listQuerySchema({ filters: {}, sorts: [] }),
        response: toPageSchema(toJsonSchema(planVersionSchema, 'output')),
      },
      ({ context, query }) => listPlanVersionsOf(context, toListQuery(query)),
    ),
    route(
      {
        method: 'GET',
        path: `${versions}/{version}`,
        summary: 'One published plan, without its secrets',
        tag,
        permission: read,
        response: planVersionDetailSchema,
      },
      ({ context, params }) => getPlanVersion(context, versionIn(params)),
    ),
    route(
      {
        method: 'POST',
        path: `${versions}/{version}/rollback`,
        summary: 'Make the voice objects what they were in a version',
        description: 'Publishes a new version. Secrets that objects have now stay.',
        tag,
        permission: write,
        body: z.strictObject({ note, dryRun: z.boolean().default(false) }),
        example: { dryRun: true },
        response: applied,
        isIdempotent: false,
      },
      (input) => rollBack(planContextOf(input), versionIn(input.params), input.body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/plans/diff',
        summary: 'What differs between two plans',
        description: 'Object by object, with values; secrets are only named.',
        tag,
        permission: write,
        query: z.strictObject({ from: source, to: source }),
        response: z.object({ changes }),
      },
      async ({ context, query }) => ({
        changes: await comparePlans(context, sourceOf(query.from), sourceOf(query.to)),
      }),
    ),
  ];
}

function playRoutes(): readonly Route[] {
  const fromSource = { source: source.default('current'), file: file.optional() };
  return [
    route(
      {
        method: 'POST',
        path: '/api/v1/plans/simulate',
        summary: 'Play an imagined call against a plan',
        tag,
        permission: write,
        body: simulationRequestSchema.extend(fromSource),
        example: { from: '+12125550150', to: '+12125550100', source: 'draft', steps: ['digits:1', 'dial:no-answer'] },
        response: simulationSchema,
        isIdempotent: false,
        bodyLimitBytes: 2 * LONGEST_FILE,
      },
      ({ context, body: { source: named, file: text, ...call } }) =>
        simulatePlan(context, text === undefined ? sourceOf(named) : { kind: 'file', text }, call),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/calls/{id}/replay',
        summary: 'Run a call that was again, against any plan',
        description: 'The same requests in the same order, with the same time and chance. Nothing is recorded.',
        tag: 'Calls',
        permission: write,
        body: z.strictObject(fromSource),
        example: { source: 'draft' },
        response: callReplaySchema,
        isIdempotent: false,
        bodyLimitBytes: 2 * LONGEST_FILE,
      },
      async ({ context, params, body }) => {
        const { source: named, file: text } = body;
        const plan = await planOf(context, text === undefined ? sourceOf(named) : { kind: 'file', text });
        return replayCall(context, params.id ?? '', plan);
      },
    ),
  ];
}

function planContextOf({ context, principal }: Pick<RouteInput, 'context' | 'principal'>) {
  const { db, actor, clock, secrets, organizationId, requestId } = context;
  const traced = requestId === undefined ? {} : { requestId };
  return { db, actor, can: principal.can, clock, secrets, organizationId, ...traced };
}

function versionIn(params: Readonly<Record<string, string>>): number {
  const text = params.version ?? '';
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new AppError({
    code: 'plan_version.missing',
    kind: 'missing',
    detail: `"${text}" is not the number of a version.`,
  });
}

/** The source of a text that its schema accepted. */
function sourceOf(text: string): PlanSource {
  return parsePlanSource(text) ?? { kind: 'current' };
}
