import {
  cancelMessage,
  getMessage,
  listMessages,
  listModemStates,
  messageFilters,
  messagePreviewSchema,
  messageSchema,
  modemResource,
  modemStateSchema,
  policyResource,
  previewMessage,
  previewMessageSchema,
  resendMessage,
  routeResource,
  sendMessage,
  sendMessageSchema,
  sentMessageSchema,
  suppressionResource,
} from '../messaging/index.ts';
import { broadcastRoutes } from './broadcasts.routes.ts';
import { collection, type MountedResource } from './collection.ts';
import { resource } from './resource.ts';
import { type Route, route } from './route.ts';

const tag = 'Messages';

/** Messages to read, and modems: configuration to change, state to watch. */
export function messagingResourceRoutes(): readonly MountedResource[] {
  return [
    collection({
      path: 'messages',
      noun: 'message',
      permission: 'sms.message',
      item: messageSchema,
      filters: messageFilters,
      sorts: ['createdAt'],
      list: listMessages,
      get: getMessage,
    }),
    resource(modemResource, {
      item: modemStateSchema,
      list: (context) => listModemStates(context),
    }),
    resource(routeResource, { example: { prefix: '+49', modems: ['m1'] } }),
    resource(policyResource, {
      example: { name: 'house', quotaLimit: 1000, quotaUnit: 'month', quietFrom: '21:00', quietUntil: '08:00' },
    }),
    resource(suppressionResource, { example: { number: '+12125550123', reason: 'opt_out' } }),
  ];
}

/** What is done with messages besides reading them. */
export function messagingRoutes(): readonly Route[] {
  return [
    ...broadcastRoutes(),
    route(
      {
        method: 'POST',
        path: '/api/v1/messages',
        summary: 'Send a text',
        description: 'Stored at once, sent by the next free modem. Follow it by its id or over the live connection.',
        tag,
        permission: 'sms.message.write',
        body: sendMessageSchema,
        example: { to: '+12125550123', body: 'Your technician arrives at 10:00.' },
        response: sentMessageSchema,
        status: 202,
      },
      ({ context, body }) => sendMessage(context, body),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/messages/{id}/cancel',
        summary: 'Take a text back',
        description:
          'Parts that wait are not sent; parts in the air or out stay what they are. 409 when nothing waits.',
        tag,
        permission: 'sms.message.write',
        response: messageSchema,
      },
      ({ context, params }) => cancelMessage(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/messages/{id}/resend',
        summary: 'Send a dead letter once more',
        description: 'Its text as a new message: for failed, expired, cancelled, rejected and unknown ones.',
        tag,
        permission: 'sms.message.write',
        response: sentMessageSchema,
        status: 202,
      },
      ({ context, params }) => resendMessage(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/messages/preview',
        summary: 'What a text costs',
        tag,
        permission: 'sms.message.read',
        body: previewMessageSchema,
        example: { body: 'Ünïcode costs 😀' },
        response: messagePreviewSchema,
        isIdempotent: false,
      },
      async ({ body: { body, encoding, referenceBits: width } }) =>
        previewMessage(body, {
          ...(encoding === undefined ? {} : { encoding }),
          ...(width === undefined ? {} : { width }),
        }),
    ),
  ];
}
