import type { Clock } from '../core/clock.ts';
import type { Digests } from './digest.ts';
import type { Counters, EventSink, Inquiries, PlanStore, VoiceMetrics, WebhookLog } from './ports.ts';

/** What the voice app is made of. */
export interface VoiceAppOptions {
  readonly plans: PlanStore;
  readonly events: EventSink;
  readonly counters: Counters;
  /** Finds out in the world outside; without it every inquiry fails, and calls go to what is said for that case. */
  readonly inquiries?: Inquiries;
  /** Signs continuation tokens; at least 32 bytes, the same in every process of an installation. */
  readonly continuationKey: Uint8Array;
  /** Base of the continuation URLs, without a path of its own needed: `https://pbx.example`. */
  readonly publicUrl: string | ((request: { readonly url: string }) => string);
  readonly clock: Clock;
  readonly metrics?: VoiceMetrics;
  readonly log?: WebhookLog;
  /** Faster digests where the runtime has them. */
  readonly digests?: Digests;
  /** In [0, 1); Math.random unless a test wants to know what comes. */
  readonly random?: () => number;
}

/** Where Cloudonix sends voice requests, and where calls come back to. */
export const VOICE_PATH = '/webhooks/cloudonix/voice';
