import { z } from 'zod';
import {
  cancelUssd,
  eventQuerySchema,
  getTrace,
  getUssd,
  listModemEvents,
  listModemSamples,
  listUssd,
  modemEventSchema,
  modemSampleSchema,
  replyUssd,
  requestTrace,
  requestUssd,
  sampleQuerySchema,
  traceRequestSchema,
  traceSchema,
  ussdReplySchema,
  ussdRequestSchema,
  ussdSessionSchema,
} from '../messaging/index.ts';
import { type Route, route } from './route.ts';

const tag = 'Modems';
const read = 'sms.modem.read';
const write = 'sms.modem.write';

/** What a modem tells of itself over time, and what it can do besides messages. */
export function modemRoutes(): readonly Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/api/v1/modems/{modem}/events',
        summary: 'What happened to a modem',
        tag,
        permission: read,
        query: eventQuerySchema,
        response: z.object({ items: z.array(modemEventSchema), nextCursor: z.string().nullable() }),
      },
      ({ context, params, query }) => listModemEvents(context, params.modem ?? '', query),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/modems/{modem}/samples',
        summary: 'How a modem was, minute by minute',
        tag,
        permission: read,
        query: sampleQuerySchema,
        response: z.object({ items: z.array(modemSampleSchema) }),
      },
      ({ context, params, query }) => listModemSamples(context, params.modem ?? '', query),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/modems/{modem}/ussd',
        summary: 'USSD dialogues of a modem',
        tag,
        permission: read,
        response: z.object({ items: z.array(ussdSessionSchema) }),
      },
      ({ context, params }) => listUssd(context, params.modem ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/modems/{modem}/ussd',
        summary: 'Send a USSD code',
        description: 'Queued; the answer of the network is found under `/api/v1/ussd-sessions/{id}`.',
        tag,
        permission: write,
        body: ussdRequestSchema,
        example: { code: '*100#' },
        response: ussdSessionSchema,
        status: 202,
      },
      ({ context, params, body }) => requestUssd(context, params.modem ?? '', body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/ussd-sessions/{id}',
        summary: 'Read a USSD dialogue',
        tag,
        permission: read,
        response: ussdSessionSchema,
      },
      ({ context, params }) => getUssd(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/ussd-sessions/{id}/reply',
        summary: 'Answer the network',
        tag,
        permission: write,
        body: ussdReplySchema,
        example: { text: '1' },
        response: ussdSessionSchema,
        status: 202,
      },
      ({ context, params, body }) => replyUssd(context, params.id ?? '', body),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/ussd-sessions/{id}/cancel',
        summary: 'Give a USSD dialogue up',
        tag,
        permission: write,
        response: ussdSessionSchema,
      },
      ({ context, params }) => cancelUssd(context, params.id ?? ''),
    ),
    route(
      {
        method: 'POST',
        path: '/api/v1/modems/{modem}/trace',
        summary: 'Record the line',
        description: 'Every line between us and the modem for some seconds, PINs left out; ready when it is `done`.',
        tag,
        permission: write,
        body: traceRequestSchema,
        example: { seconds: 30 },
        response: traceSchema,
        status: 202,
      },
      ({ context, params, body }) => requestTrace(context, params.modem ?? '', body),
    ),
    route(
      {
        method: 'GET',
        path: '/api/v1/modem-traces/{id}',
        summary: 'Read a recording of the line',
        tag,
        permission: write,
        response: traceSchema,
      },
      ({ context, params }) => getTrace(context, params.id ?? ''),
    ),
  ];
}
