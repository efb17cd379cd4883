import { and, asc, eq } from 'drizzle-orm';
import { uuidv7 } from '../../../src/core/ids.ts';
import type { Context } from '../../../src/db/context.ts';
import type { Database } from '../../../src/db/open.ts';
import { messageParts, modems } from '../../../src/db/schema/index.ts';
import { getMessage, type ModemPort, type SendMessageInput, sendMessage } from '../../../src/messaging/index.ts';
import { acquireModemLease } from '../../../src/messaging/modems/lease.ts';
import { createOutbox, type Outbox, type OutboxOptions } from '../../../src/messaging/outbox/outbox.ts';
import type { ModemSnapshot, SubmitOutcome, SubmitRequest } from '../../../src/messaging/ports.ts';
import type { ModemError, Timers } from '../../../src/modem/index.ts';
import { decodePdu, encodeStatusReport } from '../../../src/modem/pdu/index.ts';
import { newOrganization } from '../../support/database.ts';

export const START = new Date('2026-11-21T12:00:00Z');
export const PEER = '+12125550123';
const MINUTE = 60_000;

/** What a SUBMIT says; throws when it is none. */
export function submitOf(pdu: string) {
  const decoded = decodePdu(pdu, { direction: 'submit' });
  if (!decoded.ok || decoded.pdu.type !== 'submit') throw new Error('no SUBMIT');
  return decoded.pdu;
}

/** A clock that stands until it is moved. */
export class ManualClock {
  #now = START.getTime();
  now(): Date {
    return new Date(this.#now);
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Timers that fire when they are told to. */
export class ManualTimers implements Timers {
  #now = 0;
  #waiting: { readonly at: number; readonly callback: () => void }[] = [];
  #watchers: (() => void)[] = [];
  nowMs(): number {
    return this.#now;
  }
  after(delayMs: number, callback: () => void): () => void {
    const entry = { at: this.#now + delayMs, callback };
    this.#waiting.push(entry);
    for (const watcher of this.#watchers.splice(0)) watcher();
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter(({ at }) => at <= this.#now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }
  /** The delays that are waited for, shortest first. */
  delays(): readonly number[] {
    return this.#waiting.map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }
  /** Resolves when something begins to wait. */
  nextWait(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }
}

export const silentLog = { info: () => {}, warn: () => {} };

export const refusal = (errorClass: ModemError['class'], text = 'no network service'): SubmitOutcome => ({
  kind: errorClass === 'ambiguous' ? 'unknown' : 'refused',
  error: { reason: 'cms', code: 331, text, advice: 'Check the antenna.', class: errorClass },
});

type Answer = SubmitOutcome | ((request: SubmitRequest) => SubmitOutcome | Promise<SubmitOutcome>);

/** A modem that answers as scripted, then with `sent` and rising references, and remembers what it was given. */
export class ScriptedModem implements ModemPort {
  readonly submitted: SubmitRequest[] = [];
  readonly script: Answer[] = [];
  isClosed = false;
  #reference: number;
  #state: ModemSnapshot;
  readonly #listeners = new Set<(snapshot: ModemSnapshot) => void>();

  constructor(firstReference = 1, name = 'm1') {
    this.#reference = firstReference - 1;
    this.#state = { name, path: 'sim:', state: 'ready', since: START, errors: 0 };
  }
  snapshot(): ModemSnapshot {
    return this.#state;
  }
  change(patch: Partial<ModemSnapshot>): void {
    this.#state = { ...this.#state, ...patch };
    for (const listener of this.#listeners) listener(this.#state);
  }
  onChange(listener: (snapshot: ModemSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  whenReady(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#state.state === 'ready') resolve();
        if (this.#state.state === 'closed') reject(new Error('closed'));
      };
      this.onChange(look);
      signal?.addEventListener('abort', () => reject(signal.reason));
      if (signal?.aborted) reject(signal.reason);
      else look();
    });
  }
  async submit({ onWritten, ...request }: SubmitRequest): Promise<SubmitOutcome> {
    this.submitted.push(request);
    onWritten?.();
    const answer = this.script.shift();
    if (answer === undefined) return this.sent();
    return typeof answer === 'function' ? answer(request) : answer;
  }
  sent(): SubmitOutcome {
    this.#reference = (this.#reference + 1) % 256;
    return { kind: 'sent', reference: this.#reference };
  }
  async close(): Promise<void> {
    this.isClosed = true;
    this.change({ state: 'closed' });
  }
  /** The texts it was given, in order. */
  texts(): string[] {
    return this.submitted.map(({ pdu }) => {
      const decoded = decodePdu(pdu, { direction: 'submit' });
      return decoded.ok && decoded.pdu.type === 'submit' ? (decoded.pdu.userData.text ?? '') : '?';
    });
  }
}

/** One organization with one modem and what a test does with them. */
export class Bench {
  readonly database: Database;
  readonly context: Context;
  readonly clock: ManualClock;
  readonly timers = new ManualTimers();
  readonly modemId: string;

  private constructor(database: Database, context: Context, clock: ManualClock, modemId: string) {
    this.database = database;
    this.context = context;
    this.clock = clock;
    this.modemId = modemId;
  }

  static async open(database: Database): Promise<Bench> {
    const clock = new ManualClock();
    const context = await newOrganization(database, { clock });
    return new Bench(database, context, clock, await addModem(context, 'm1'));
  }

  get organizationId(): string {
    return this.context.organizationId;
  }

  async send(input: Partial<SendMessageInput> = {}): Promise<string> {
    const { id } = await sendMessage(this.context, { to: PEER, body: 'Hello', ...input });
    return id;
  }

  /** An outbox of a new run, which takes the modem over: what a restarted process does. */
  async outbox(port: ModemPort, more: Partial<OutboxOptions> = {}): Promise<Outbox> {
    const { organizationId, clock, timers, database } = this;
    const modemId = more.modemId ?? this.modemId;
    const runId = uuidv7();
    await acquireModemLease(this.database.orm, modemId, runId, 60_000, true);
    return createOutbox({ database, organizationId, modemId, runId, port, clock, timers, log: silentLog, ...more });
  }

  message(id: string) {
    return getMessage(this.context, id);
  }

  async statuses(id: string): Promise<string[]> {
    const { status, parts } = await this.message(id);
    return [status, ...parts.map((part) => part.status)];
  }

  /** Slice rows of a message, as they are stored. */
  parts(messageId: string) {
    return this.context.db
      .select()
      .from(messageParts)
      .where(and(eq(messageParts.organizationId, this.organizationId), eq(messageParts.messageId, messageId)))
      .orderBy(asc(messageParts.sequence));
  }

  /** What a delivery report of now looks like; `after` is how long ago the service centre had the slice. */
  report(
    reference: number,
    more: { status?: number; recipient?: string; minutesAgo?: number; minutesDone?: number } = {},
  ) {
    const at = (minutes: number) => new Date(this.clock.now().getTime() - minutes * MINUTE).toISOString();
    return encodeStatusReport({
      reference,
      recipient: more.recipient ?? PEER,
      serviceCentreTime: at(more.minutesAgo ?? 0),
      dischargeTime: at(more.minutesDone ?? 0),
      status: more.status ?? 0,
    });
  }

  scope() {
    return { organizationId: this.organizationId, modemId: this.modemId, now: this.clock.now() };
  }
}

export async function addModem(
  context: Context,
  name: string,
  status: 'active' | 'inactive' = 'active',
): Promise<string> {
  const id = uuidv7();
  await context.db.insert(modems).values({ id, organizationId: context.organizationId, name, path: 'sim:', status });
  return id;
}

/** Runs turns until nothing is due. */
export async function drain(outbox: Outbox): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    const step = await outbox.step();
    if (step.kind === 'idle') return;
  }
  throw new Error('the outbox never became idle');
}
