/*
 * SMS between the API and the modems. Use cases: sendMessage, previewMessage, getMessage, listMessages,
 * listModemStates. `createMessaging` runs the modems of this process; `messagingResources` are its configuration.
 */

export {
  eventQuerySchema,
  listModemEvents,
  listModemSamples,
  modemEventSchema,
  modemSampleSchema,
  sampleQuerySchema,
} from './attendance/history.ts';
export { getTrace, requestTrace, traceRequestSchema, traceSchema } from './attendance/trace-modem.ts';
export {
  type BroadcastInput,
  type BroadcastView,
  broadcastSchema,
  broadcastViewSchema,
} from './broadcasts/broadcast.schema.ts';
export { cancelBroadcast } from './broadcasts/cancel-broadcast.ts';
export { getBroadcast, listBroadcasts } from './broadcasts/read-broadcasts.ts';
export { type BroadcastLine, type BroadcastProgress, startBroadcast } from './broadcasts/start-broadcast.ts';
export { type HistoryImport, historyImportSchema, importGammu } from './history/import-gammu.ts';
export { type ReceivedText, readReceived } from './inbox/read-received.ts';
export { cancelMessage } from './messages/cancel-message.ts';
export { getMessage } from './messages/get-message.ts';
export { listMessages } from './messages/list-messages.ts';
export {
  type MessagePreview,
  type MessageView,
  messageFilters,
  messagePreviewSchema,
  messageSchema,
  previewMessageSchema,
  type QueuedMessage,
  type SendMessageInput,
  sendMessageSchema,
  sentMessageSchema,
} from './messages/message.schema.ts';
export { previewMessage } from './messages/preview-message.ts';
export { resendMessage } from './messages/resend-message.ts';
export { sendMessage } from './messages/send-message.ts';
export { createMessaging, type Messaging, type MessagingOptions } from './messaging.ts';
export { modemResource } from './modem.resource.ts';
export { listModemStates, type ModemStateView, modemStateSchema } from './modems/list-modem-states.ts';
export { countOpenSlices } from './outbox/count-open.ts';
export { policyResource, routeResource, suppressionResource } from './policies/resources.ts';
export type { Departures, ModemConfig, ModemPort, OpenModem } from './ports.ts';
export { messagingResources } from './resources.ts';
export type { MessageStatus } from './rules/status.ts';
export {
  cancelUssd,
  getUssd,
  listUssd,
  replyUssd,
  requestUssd,
  type UssdSessionView,
  ussdReplySchema,
  ussdRequestSchema,
  ussdSessionSchema,
} from './ussd/ussd-sessions.ts';
