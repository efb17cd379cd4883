import { z } from 'zod';
import {
  deleteMedia,
  getMedia,
  LARGEST_SOUND_BYTES,
  listMedia,
  mediaFilters,
  mediaKindSchema,
  mediaSchema,
  putMedia,
} from '../voice/index.ts';
import { collection, type MountedResource } from './collection.ts';
import { HttpError } from './http-error.ts';
import { Reply, type Route, route } from './route.ts';

const tag = 'Media';
const permission = 'voice.media.write';

/** What a form around the file may add. */
const FORM_BYTES = 16 * 1024;

/** The sounds of an organization, to read. */
export function mediaCollection(): MountedResource {
  return collection({
    path: 'media',
    noun: 'sound',
    permission: 'voice.media',
    item: mediaSchema,
    filters: mediaFilters,
    list: listMedia,
    get: getMedia,
  });
}

/** Uploading and deleting sounds. */
export function mediaRoutes(): readonly Route[] {
  return [
    route(
      {
        method: 'PUT',
        path: '/api/v1/media/{name}',
        summary: 'Upload a sound under a name, or replace the one there is',
        description: `WAV (PCM, A-law, µ-law) or MP3, at most 8 MiB; what it is, its bytes say. Menus, boxes and groups play it as \`media:NAME\`.`,
        tag,
        permission,
        query: z.strictObject({
          kind: mediaKindSchema.default('announcement'),
          filename: z.string().max(255, 'use at most 255 characters').optional(),
        }),
        upload: { types: ['audio/*', 'application/octet-stream'], limitBytes: LARGEST_SOUND_BYTES },
        response: mediaSchema,
      },
      async ({ context, params, query, upload }) =>
        putMedia(context, {
          name: params.name ?? '',
          kind: query.kind,
          originalName: query.filename,
          bytes: await bytesOf(upload),
        }),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/media',
        summary: 'Upload a sound by a form',
        description: 'Fields: `file`, `name` (the file name without its ending when absent), `kind`.',
        tag,
        permission,
        upload: { types: ['multipart/form-data'], limitBytes: LARGEST_SOUND_BYTES + FORM_BYTES },
        response: mediaSchema,
        status: 201,
      },
      async ({ context, upload, request }) => {
        const { file, ...fields } = await readForm(await bytesOf(upload), request.headers.get('content-type') ?? '');
        const stored = await putMedia(context, {
          ...fields,
          originalName: file.name,
          bytes: new Uint8Array(await file.arrayBuffer()),
        });
        return new Reply(stored, { location: `/api/v1/media/${stored.id}` });
      },
    ),
    route(
      {
        method: 'DELETE',
        path: '/api/v1/media/{id}',
        summary: 'Delete one sound',
        description: 'Refused with 409 while something plays it.',
        tag,
        permission,
      },
      ({ context, params }) => deleteMedia(context, params.id ?? ''),
    ),
  ];
}

const formSchema = z.object({
  file: z.instanceof(File, { error: 'send the sound in the field file' }),
  name: z.string().optional(),
  kind: mediaKindSchema.default('announcement'),
});

async function readForm(bytes: Uint8Array, contentType: string) {
  const form = await new Response(bytes.slice(), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined);
  if (form === undefined) throw malformed('The form cannot be read; send multipart/form-data with its boundary.');
  const parsed = formSchema.safeParse(Object.fromEntries(form));
  if (!parsed.success) throw malformed(parsed.error.issues.map(({ message }) => message).join('; '));
  const { file, kind } = parsed.data;
  return { file, kind, name: parsed.data.name ?? file.name.replace(/\.[A-Za-z0-9]{1,5}$/, '') };
}

async function bytesOf(upload: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of upload) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function malformed(detail: string): HttpError {
  return new HttpError({ status: 400, code: 'request.malformed', detail });
}
