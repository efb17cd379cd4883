import { and, eq } from 'drizzle-orm';
import { Alarm, type AlarmTimers } from '../../core/alarm.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { Context } from '../../db/context.ts';
import { parseNotification } from '../../db/notify.ts';
import type { Database } from '../../db/open.ts';
import { emailMessages } from '../../db/schema/index.ts';
import { deleteSecrets, readSecrets } from '../../db/secret-store.ts';
import type { SecretBox } from '../../platform/secrets.ts';
import { claimEmails, type EmailRow, nextEmailAt } from './claim.ts';
import { type Attempt, afterAttempt } from './rules/delivery.ts';
import type { MailServer } from './smtp.ts';

const AT_ONCE = 4;
/** Looked for even when nobody rings: what another process left behind. */
const POLL_MS = 30_000;

export interface PostmanOptions {
  readonly database: Pick<Database, 'orm' | 'listen'>;
  readonly server: MailServer;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly timers: AlarmTimers;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: { warn(facts: object, text: string): void };
}

/** Sends what is in the queue. Several processes may do so at once; each e-mail is one's at a time. */
export class Postman {
  readonly #options: PostmanOptions;
  readonly #alarm: Alarm;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #unlisten: (() => Promise<void>) | undefined;

  constructor(options: PostmanOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.timers);
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#options.database.listen(
      (payload) => {
        if (parseNotification(payload)?.topic === 'email') this.#alarm.ring();
      },
      () => this.#alarm.ring(),
    );
    this.#running = this.#run();
  }

  /** Ends after the attempts that are under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#unlisten?.();
  }

  /** One round: every e-mail that is due gets its attempt. Returns how many. */
  async deliverDue(): Promise<number> {
    const { database, clock } = this.#options;
    let attempts = 0;
    while (!this.#closing.signal.aborted) {
      const claimed = await claimEmails(database.orm, clock.now(), AT_ONCE);
      if (claimed.length === 0) break;
      await Promise.all(claimed.map((row) => this.#deliver(row)));
      attempts += claimed.length;
    }
    return attempts;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { database, clock, log } = this.#options;
    while (!signal.aborted) {
      let pauseMs = POLL_MS;
      try {
        await this.deliverDue();
        const next = await nextEmailAt(database.orm);
        if (next !== undefined) pauseMs = Math.min(POLL_MS, Math.max(100, next.getTime() - clock.now().getTime()));
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'e-mails cannot be read from the database, trying again');
      }
      await this.#alarm.wait(pauseMs, signal);
    }
  }

  async #deliver(row: EmailRow): Promise<void> {
    const context = this.#contextOf(row.organizationId);
    const { clock, random, log } = this.#options;
    const attempt = await this.#attempt(context, row);
    const next = afterAttempt(attempt, row, clock.now(), random());
    if (next.status !== 'sent') {
      const facts = { email: row.id, purpose: row.purpose, attempts: row.attempts, error: next.error };
      log.warn(facts, next.status === 'failed' ? 'an e-mail could not be sent' : 'an e-mail has to wait');
    }
    await context.transaction(async (inner) => {
      const isMine = and(
        eq(emailMessages.organizationId, row.organizationId),
        eq(emailMessages.id, row.id),
        // Whoever took over after our lease has the word.
        eq(emailMessages.attempts, row.attempts),
      );
      if (next.status === 'pending') {
        await inner.db
          .update(emailMessages)
          .set({ nextAttemptAt: next.nextAttemptAt, lastError: next.error })
          .where(isMine);
        return;
      }
      const done = await inner.db
        .update(emailMessages)
        .set(
          next.status === 'sent'
            ? { status: 'sent', sentAt: clock.now(), secretId: null, lastError: null }
            : { status: 'failed', secretId: null, lastError: next.error },
        )
        .where(isMine)
        .returning({ id: emailMessages.id });
      if (done.length > 0 && row.secretId !== null) await deleteSecrets(inner, [row.secretId]);
    });
  }

  async #attempt(context: Context, row: EmailRow): Promise<Attempt> {
    if (row.expiresAt !== null && row.expiresAt <= context.clock.now())
      return { kind: 'refused', reason: row.lastError ?? 'it was not sent in time', isFinal: true };
    const text = (await readSecrets(context, row.secretId === null ? [] : [row.secretId])).get(row.secretId ?? '');
    if (text === undefined) return { kind: 'refused', reason: 'its text is gone', isFinal: true };
    return this.#options.server.send({ id: row.id, to: row.toAddress, subject: row.subject, text });
  }

  #contextOf(organizationId: string): Context {
    const { database, clock, secrets } = this.#options;
    return new Context({
      db: database.orm,
      organizationId,
      actor: { kind: 'system', id: null, name: 'postman' },
      can: () => true,
      clock,
      secrets,
    });
  }
}
