import type { Context } from '../../db/context.ts';
import { notify } from '../../db/notify.ts';
import { emailMessages } from '../../db/schema/index.ts';
import { storeSecret } from '../../db/secret-store.ts';

export interface NewEmail {
  /** What it is about, in a word: `login_code`. */
  readonly purpose: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** After this nobody can use it, and it is not sent any more. */
  readonly expiresAt?: Date;
}

/** What seals the texts in `platform.secrets`. */
const TEXT_PURPOSE = 'email.text';

/**
 * Puts an e-mail into the queue, in the open transaction where there is one: it is sent when that commits, and a restart
 * does not lose it. The text is sealed until it has left.
 */
export async function queueEmail(context: Context, email: NewEmail): Promise<void> {
  await context.transaction(async (inner) => {
    const now = inner.clock.now();
    await inner.db.insert(emailMessages).values({
      organizationId: inner.organizationId,
      purpose: email.purpose,
      toAddress: email.to,
      subject: email.subject,
      secretId: await storeSecret(inner, TEXT_PURPOSE, email.text),
      nextAttemptAt: now,
      expiresAt: email.expiresAt ?? null,
      createdAt: now,
    });
    await notify(inner.db, { topic: 'email', organizationId: inner.organizationId });
  });
}
