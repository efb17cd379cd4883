import {
  deleteVoicemail,
  getVoicemail,
  listParticipants,
  listVoicemail,
  markVoicemail,
  participantFilters,
  participantSchema,
  voicemailFilters,
  voicemailMessageSchema,
  voicemailPatchSchema,
} from '../voice/index.ts';
import { collection, type MountedResource } from './collection.ts';
import { type Route, route } from './route.ts';

const PATH = '/api/v1/voicemail-messages/{id}';
const shared = { tag: 'Voicemail messages', permission: 'voice.voicemail_message.write' } as const;

/** Messages that wait, and who is in a conference. */
export function voicemailCollections(): readonly MountedResource[] {
  return [
    collection({
      path: 'voicemail-messages',
      noun: 'voicemail message',
      permission: 'voice.voicemail_message',
      item: voicemailMessageSchema,
      filters: voicemailFilters,
      list: listVoicemail,
      get: getVoicemail,
    }),
    collection({
      path: 'conference-participants',
      noun: 'conference participant',
      permission: 'voice.conference_room',
      item: participantSchema,
      filters: participantFilters,
      list: listParticipants,
    }),
  ];
}

/** What can be done with a message. */
export function voicemailRoutes(): readonly Route[] {
  return [
    route(
      {
        ...shared,
        method: 'PATCH',
        path: PATH,
        summary: 'Mark one voicemail message heard, or not heard',
        body: voicemailPatchSchema,
        example: { isRead: true },
        response: voicemailMessageSchema,
      },
      ({ context, params, body }) => markVoicemail(context, params.id ?? '', body.isRead),
    ),
    route({ ...shared, method: 'DELETE', path: PATH, summary: 'Delete one voicemail message' }, ({ context, params }) =>
      deleteVoicemail(context, params.id ?? ''),
    ),
  ];
}
