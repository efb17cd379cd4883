import type { CallPlan } from './call.ts';
import { type Delivery, type ScheduledDelivery, scheduled } from './disorder.ts';
import { type EmulatedCall, Ledger, type Picture } from './ledger.ts';
import { EmulatedLine } from './line.ts';
import { createPeople } from './people.ts';
import { type EmulatorPorts, type Installation, serverAt } from './ports.ts';
import { seededRandom } from './random.ts';

export interface EmulationOptions {
  readonly installation: Installation;
  readonly ports: EmulatorPorts;
  /** How many calls; Infinity goes on until it is stopped. */
  readonly calls: number;
  /** New calls a second. */
  readonly ratePerSecond: number;
  /** Calls at the same time, at most; one whose callbacks are still to be sent in order counts. */
  readonly concurrency: number;
  /** Virtual seconds a real one; Infinity does not wait at all. */
  readonly speed: number;
  readonly disorder: boolean;
  readonly duplicates: boolean;
  /** Callers outside; empty: numbers nobody has. */
  readonly from: readonly string[];
  /** What they dial. */
  readonly to: readonly string[];
  /** Extensions that call too, among each other. */
  readonly phones: readonly string[];
  readonly callerName?: string;
  /** The same seed makes the same callers do the same. */
  readonly seed: number;
  /** 16 hex characters that no other run has: calls of two runs must not be one call. */
  readonly runId: string;
  readonly signal?: AbortSignal;
  readonly onCall?: (call: EmulatedCall) => void;
}

export interface Emulation {
  /** What there is to see now. */
  picture(): Picture;
  /** Ends a call of this run, as the platform's REST API would; false when it is over. */
  hangUp(token: string): boolean;
  /** Sends a call of this run to another document; whoever it is connected to is dropped. False when it is over. */
  switchTo(token: string, url: string): boolean;
  /** Ends every call at once; `done` follows. */
  stop(): void;
  /** Settles when every call has ended and every callback was sent. */
  readonly done: Promise<Picture>;
}

/** Callbacks in disorder come within this time. */
const LATEST_CALLBACK_MS = 400;
/** One call in this many comes from a phone inside. */
const INSIDE_EVERY = 6;

/** Plays Cloudonix towards an installation: many calls, each with its people, its updates and its CDR. */
export function startEmulation(options: EmulationOptions): Emulation {
  const { ports, installation, calls, ratePerSecond, concurrency, speed } = options;
  const random = seededRandom(options.seed);
  const ledger = new Ledger(calls, ports.now());
  const stopping = new AbortController();
  options.signal?.addEventListener('abort', () => stopping.abort(), { once: true });
  if (options.signal?.aborted) stopping.abort();
  const { signal } = stopping;
  const lines = new Map<string, EmulatedLine>();
  signal.addEventListener('abort', () => {
    for (const line of lines.values()) line.wake();
  });
  let callbacks = 0;
  const work = new Set<Promise<void>>();
  const track = (promise: Promise<void>) => {
    const tracked = promise.finally(() => work.delete(tracked));
    work.add(tracked);
    return tracked;
  };

  const post = async ({ kind, body, url }: Omit<ScheduledDelivery, 'afterMs'>, token: string) => {
    callbacks += 1;
    const server = serverAt(installation, callbacks);
    const { webhookToken } = installation;
    try {
      const { status } = await ports.send({
        url: url ?? `${server}/webhooks/cloudonix/${kind}/${webhookToken}`,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Cloudonix APP.Core/5.3.673 (emulated)' },
        body: body as Parameters<EmulatorPorts['send']>[0]['body'] & object,
      });
      if (status >= 200 && status < 300) ledger.delivered();
      else ledger.complain({ kind: 'status', token, detail: `${status} for a ${kind} callback` });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      ledger.complain({ kind: 'unreachable', token, detail: `${kind} callback: ${detail}` });
    }
  };

  const runCall = async (index: number): Promise<void> => {
    const own = seededRandom(Math.floor(random() * 2 ** 32));
    const plan = planOf(options, index, own);
    let before: Promise<void> = Promise.resolve();
    const deliver = (delivery: Delivery) => {
      for (const { afterMs, ...sent } of scheduled(
        delivery,
        { disorder: options.disorder, duplicates: options.duplicates, latestMs: LATEST_CALLBACK_MS },
        own,
      )) {
        if (options.disorder) {
          track(ports.sleep(afterMs, signal).then(() => post(sent, plan.token)));
        } else {
          before = before.then(() => post(sent, plan.token));
        }
      }
    };
    const people = createPeople({ random: own, dialable: options.phones, name: plan.token.slice(-12) });
    const line = new EmulatedLine(plan, { installation, ports, ledger, people, speed, signal, deliver });
    lines.set(plan.token, line);
    const call = await line.play();
    lines.delete(plan.token);
    await before;
    options.onCall?.(call);
  };

  const runAll = async (): Promise<Picture> => {
    const startedAt = ports.now();
    const running = new Set<Promise<void>>();
    for (let index = 0; index < calls && !signal.aborted; index += 1) {
      const dueAt = startedAt + (index * 1000) / ratePerSecond;
      const waitMs = dueAt - ports.now();
      if (waitMs > 0) await ports.sleep(waitMs, signal);
      while (running.size >= concurrency) await Promise.race(running);
      if (signal.aborted) break;
      const one = track(runCall(index)).finally(() => running.delete(one));
      running.add(one);
    }
    while (work.size > 0) await Promise.all(work);
    return ledger.picture(ports.now());
  };

  const intervene = (token: string, intervention: Parameters<EmulatedLine['intervene']>[0]): boolean => {
    const line = lines.get(token);
    line?.intervene(intervention);
    return line !== undefined;
  };
  return {
    picture: () => ledger.picture(ports.now()),
    hangUp: (token) => intervene(token, { kind: 'hangup' }),
    switchTo: (token, url) => intervene(token, { kind: 'switch', url }),
    stop: () => stopping.abort(),
    done: runAll(),
  };
}

/** Who calls whom next. */
function planOf(options: EmulationOptions, index: number, random: () => number): CallPlan {
  const one = (items: readonly string[], otherwise: string) => items[Math.floor(random() * items.length)] ?? otherwise;
  const token = `${options.runId}${index.toString(16).padStart(16, '0')}`;
  const { phones, callerName } = options;
  if (options.from.length === 0 && phones.length > 1 && index % INSIDE_EVERY === INSIDE_EVERY - 1) {
    const from = one(phones, '');
    const others = phones.filter((phone) => phone !== from);
    return { token, from, to: one(others, from), direction: 'subscriber', callerName: undefined };
  }
  // 555-0100 to 555-0199 are nobody's, in every area code.
  const stranger = `+1312555${String(100 + Math.floor(random() * 100)).padStart(4, '0')}`;
  return { token, from: one(options.from, stranger), to: one(options.to, ''), direction: 'inbound', callerName };
}
