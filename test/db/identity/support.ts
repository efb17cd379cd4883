import { identityRoutes } from '../../../src/api/identity.routes.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Context } from '../../../src/db/context.ts';
import type { NewEmail } from '../../../src/deliveries/index.ts';
import { createSecretBox } from '../../../src/platform/secrets.ts';
import { newOrganization, type TestDatabase } from '../../support/database.ts';
import { type Answer, type Api, apiOf, ask, type Person, personOf } from '../api/support.ts';

/** A clock the test moves. */
function handClock(start = '2026-11-21T12:00:00Z') {
  let now = new Date(start);
  return {
    now: () => now,
    pass: (milliseconds: number) => {
      now = new Date(now.getTime() + milliseconds);
    },
  };
}

export interface House {
  readonly api: Api;
  readonly owner: Person;
  readonly context: Context;
  readonly slug: string;
  readonly clock: ReturnType<typeof handClock>;
  /** E-mails that would have gone into the queue. */
  readonly emails: NewEmail[];
  /** Texts that would have gone to a modem. */
  readonly texts: { readonly to: string; readonly body: string }[];
  /** A request with a session cookie, or without anything. */
  readonly as: (cookie: string | undefined, method: string, path: string, body?: unknown) => Promise<Answer>;
}

export const PASSWORD = 'seven green lanterns';

/** An organization with an owner's key, the identity API over it, and a modem that only remembers. */
export async function house(test: TestDatabase, options: { readonly hasMail?: boolean } = {}): Promise<House> {
  const clock = handClock(new Date().toISOString());
  const texts: { to: string; body: string }[] = [];
  const emails: NewEmail[] = [];
  const secrets = createSecretBox(['test']);
  const publicUrl = 'http://localhost:8080';
  const log = { debug: () => {}, warn: () => {}, error: () => {} };
  const api = apiOf(test.database, {
    clock: clock as Clock,
    secrets,
    publicUrl,
    routes: identityRoutes({
      clock,
      secrets,
      publicUrl,
      log,
      sendText: async (_, text) => void texts.push(text),
      ...(options.hasMail === false ? {} : { sendEmail: async (_, email) => void emails.push(email) }),
    }),
  });
  const context = await newOrganization(test.database, { clock, secrets });
  const owner = await personOf(api, test, 'owner', context);
  return {
    api,
    owner,
    context,
    slug: `org-${context.organizationId}`,
    clock,
    texts,
    emails,
    as: (cookie, method, path, body) => ask(api, method, path, body, cookie === undefined ? {} : { cookie }),
  };
}

/** The cookie of an answer that signed somebody in. */
export function cookieOf(answer: Answer): string {
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

let number = 2_125_550_000;

/** A number nobody else in this file has. */
export function nextNumber(): string {
  number += 1;
  return `+1${number}`;
}

/** A person who has signed in. */
export async function signedIn(home: House, callsign: string, roles: readonly string[] = ['member']) {
  const phone = nextNumber();
  const made = await home.owner.ask('POST', '/api/v1/people', { callsign, roles, phone });
  const { code } = (await home.owner.ask('POST', '/api/v1/login-codes', { person: callsign })).body;
  const answer = await home.as(undefined, 'POST', '/api/v1/sign-in/code', { code });
  return { id: made.body.id as string, phone, cookie: cookieOf(answer) };
}
