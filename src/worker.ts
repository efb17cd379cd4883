import { fromBase64Url } from './core/bytes.ts';
import { systemClock } from './core/clock.ts';
import { messageOf } from './core/errors.ts';
import {
  APOLOGY,
  createCustomLogic,
  createEdgePost,
  createKvPlanStore,
  createVoiceApp,
  type KeyValueReader,
  promptly,
  VOICE_PATH,
} from './webhooks/index.ts';

/** What `wrangler.toml` binds, and the secrets set beside it. */
export interface WorkerEnv {
  /** KV: `domain:<domain>` holds a PlanSnapshot, `webhook:<sha256 of token>` holds a domain. */
  readonly PLANS: KeyValueReader;
  /** Queue: every CallRecord. */
  readonly EVENTS: { send(message: unknown): Promise<unknown> };
  /** Secret: at least 32 random bytes in URL-safe base64; the same wherever one call may be answered. */
  readonly CONTINUATION_KEY?: string;
  /** Base of continuation URLs; the address that was called when empty. */
  readonly PUBLIC_URL?: string;
}

type VoiceApp = ReturnType<typeof createVoiceApp>;

/**
 * The voice path on Cloudflare Workers: plans from KV, events to a Queue. Rotation counters are those of the isolate,
 * which is the documented fallback of the shared ones.
 */
function createWorker() {
  let app: VoiceApp | undefined;
  return {
    async fetch(request: Request, env: WorkerEnv): Promise<Response> {
      try {
        app ??= createApp(env);
        return await app.fetch(request);
      } catch (error) {
        console.error(`the worker cannot answer: ${messageOf(error)}`);
        return new URL(request.url).pathname === VOICE_PATH
          ? new Response(APOLOGY, { headers: { 'content-type': 'application/xml' } })
          : new Response(null, { status: 503 });
      }
    },
  };
}

function createApp(env: WorkerEnv): VoiceApp {
  const continuationKey = fromBase64Url(env.CONTINUATION_KEY ?? '');
  if (continuationKey === undefined || continuationKey.length < 32) {
    throw new Error('the secret CONTINUATION_KEY must be at least 32 bytes in URL-safe base64');
  }
  const { PUBLIC_URL } = env;
  const askCustomLogic = createCustomLogic({
    send: createEdgePost((input, init) => fetch(input, init)),
    clock: systemClock,
    newId: () => crypto.randomUUID(),
  });
  return createVoiceApp({
    plans: createKvPlanStore(env.PLANS, systemClock),
    events: promptly({
      append: async (record) => {
        await env.EVENTS.send(record);
        return true;
      },
    }),
    counters: { answer: () => Promise.reject(new Error('no shared counters on Workers')) },
    inquiries: {
      find: async (_asker, inquiry) =>
        inquiry.kind === 'custom_logic'
          ? askCustomLogic(inquiry)
          : { kind: 'failed', reason: 'this needs the database, which Workers do not reach' },
    },
    continuationKey,
    publicUrl: PUBLIC_URL ? PUBLIC_URL : (request) => new URL(request.url).origin,
    clock: systemClock,
    log: {
      warn: (facts, message) => console.warn(message, facts),
      error: (facts, message) => console.error(message, facts),
    },
  });
}

export default createWorker();
