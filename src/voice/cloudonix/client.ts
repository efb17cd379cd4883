import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { type ConnectionOptions, createExchange, type Exchange } from './connection.ts';
import { unexpected } from './failures.ts';
import {
  applicationShape,
  type CloudonixApplication,
  type CloudonixDnid,
  type CloudonixDomain,
  type CloudonixSubscriber,
  type CloudonixTrunk,
  dnidShape,
  domainShape,
  subscriberShape,
  trunkShape,
} from './shapes.ts';

/** Pages of one list at most; more is a server that goes round in circles. */
const MOST_PAGES = 200;

export interface NewApplication {
  readonly name: string;
  readonly url: string;
}

/** One Cloudonix domain through its REST API. Every method throws AppError in words. */
export interface CloudonixClient {
  domain(): Promise<CloudonixDomain>;
  /** Merges into the profile: its replace semantics are not documented, so the caller's view is read again first. */
  putProfile(values: Readonly<Record<string, unknown>>): Promise<void>;
  setDefaultApplication(id: string): Promise<void>;
  applications(): Promise<readonly CloudonixApplication[]>;
  createApplication(application: NewApplication): Promise<CloudonixApplication>;
  updateApplication(application: NewApplication): Promise<void>;
  subscribers(): Promise<readonly CloudonixSubscriber[]>;
  createSubscriber(number: string, sipPassword: string): Promise<void>;
  updateSubscriber(number: string, values: { readonly active?: boolean; readonly sipPassword?: string }): Promise<void>;
  trunks(): Promise<readonly CloudonixTrunk[]>;
  dnids(): Promise<readonly CloudonixDnid[]>;
  createDnid(application: string, source: string): Promise<void>;
  /** False when the call has ended already. */
  hangUp(callToken: string): Promise<boolean>;
  /** Sends a running call to another document. False when the call has ended already. */
  switchApplication(callToken: string, url: string): Promise<boolean>;
  /** Calls somebody and runs a document once they answer; gives the new call's token. */
  callAndRun(destination: string, callerId: string, cxml: string, timeoutSeconds: number): Promise<string>;
}

/** A client of one domain. `domain` is its name as the configuration has it. */
export function createCloudonixClient(domain: string, options: ConnectionOptions): CloudonixClient {
  const exchange = createExchange(options);
  const name = encodeURIComponent(domain);
  const home = `/customers/self/domains/${name}`;
  const calls = `/calls/${name}`;

  const readDomain = async () => {
    const { status, body } = await exchange('GET', home);
    if (status === 404) throw unknownDomain(domain);
    return parse(domainShape, body, 'a domain');
  };
  const change = async (method: 'PUT' | 'PATCH' | 'POST', path: string, body: unknown, what: string) => {
    const answer = await exchange(method, path, body);
    if (answer.status === 404) throw gone(what);
    return answer.body;
  };

  return {
    domain: readDomain,
    async putProfile(values) {
      const { profile } = await readDomain();
      await change('PUT', home, { profile: { ...profile, ...values } }, `the domain ${domain}`);
    },
    async setDefaultApplication(id) {
      await change('PATCH', home, { defaultApplication: Number(id) }, `the domain ${domain}`);
    },
    applications: () => list(exchange, `${home}/applications`, applicationShape),
    async createApplication({ name: application, url }) {
      const body = { name: application, type: 'cxml', url, method: 'POST', profile: {} };
      const made = await change('POST', `${home}/applications`, body, `the domain ${domain}`);
      return parse(applicationShape, { ...body, ...recordOf(made) }, 'an application');
    },
    async updateApplication({ name: application, url }) {
      const path = `${home}/applications/${encodeURIComponent(application)}`;
      // Of the two documented verbs this is the one that production uses for an address (reference 6, no. 22).
      await change('PATCH', path, { url, method: 'POST', active: true }, `the application ${application}`);
    },
    subscribers: () => list(exchange, `${home}/subscribers`, subscriberShape),
    async createSubscriber(number, sipPassword) {
      const create = (password: object) =>
        change('POST', `${home}/subscribers`, { msisdn: number, ...password, profile: {} }, `the domain ${domain}`);
      try {
        await create({ sipPassword });
      } catch (error) {
        // The documentation has two names for the field (reference 6, no. 21), and knows nothing of the other.
        if (!(error instanceof AppError) || error.code !== 'cloudonix.refused') throw error;
        await create({ 'sip-password': sipPassword });
      }
    },
    async updateSubscriber(number, values) {
      const path = `${home}/subscribers/${encodeURIComponent(number)}`;
      await change('PUT', path, values, `the subscriber ${number}`);
    },
    trunks: () => list(exchange, `${home}/trunks`, trunkShape),
    dnids: () => list(exchange, `${home}/dnids`, dnidShape),
    async createDnid(application, source) {
      const path = `${home}/applications/${encodeURIComponent(application)}/dnids`;
      const body = { source, prefix: false, expression: false, asteriskCompatible: false };
      await change('POST', path, body, `the application ${application}`);
    },
    async hangUp(callToken) {
      const { status } = await exchange('DELETE', `${calls}/sessions/${encodeURIComponent(callToken)}`);
      return status !== 404;
    },
    async switchApplication(callToken, url) {
      const path = `${calls}/sessions/${encodeURIComponent(callToken)}/application`;
      const { status } = await exchange('POST', path, { url, method: 'POST' });
      return status !== 404;
    },
    async callAndRun(destination, callerId, cxml, timeout) {
      const body = { destination, 'caller-id': callerId, cxml, timeout };
      const answer = await change('POST', `${calls}/application`, body, `the domain ${domain}`);
      return parse(z.object({ token: z.string() }), answer, 'the token of a call').token;
    },
  };
}

async function list<Shape extends z.ZodType>(exchange: Exchange, path: string, shape: Shape) {
  const items: z.output<Shape>[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
    const answer = await exchange('GET', next);
    // Some lists answer 404 when they are empty (reference/cloudonix.md 5.2).
    items.push(...parse(z.array(shape), answer.body ?? [], 'a list'));
    next = answer.next;
  }
  return items;
}

function parse<Shape extends z.ZodType>(shape: Shape, body: unknown, what: string): z.output<Shape> {
  const read = shape.safeParse(body);
  if (!read.success) throw unexpected(what, new Error(z.prettifyError(read.error)));
  return read.data;
}

function recordOf(body: unknown): object {
  return typeof body === 'object' && body !== null ? body : {};
}

function unknownDomain(domain: string): AppError {
  return new AppError({
    code: 'cloudonix.domain_unknown',
    kind: 'conflict',
    detail: `Cloudonix knows no domain ${domain} under this key. Compare cloudonix.domain with the name in its cockpit.`,
  });
}

function gone(what: string): AppError {
  return new AppError({
    code: 'cloudonix.gone',
    kind: 'conflict',
    detail: `Cloudonix no longer has ${what}. Somebody removed it meanwhile; run the command again.`,
  });
}
