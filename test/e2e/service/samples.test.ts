import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../support/seeded-random.ts';
import { acmeConfig, allOf, eventually, type Service, startService } from '../../support/service.ts';
import { ownSample, readMessage, type SampleMessage, sampleNames, sharedSamples } from '../../webhooks/samples.ts';

/*
 * Every sample of what Cloudonix sends, posted over HTTP to the real service: the documents it answers with, and what
 * the API then tells of calls, events and CDRs. Three organizations get the same: in order, each twice, and shuffled.
 */

interface SampleSet {
  readonly config: string;
  readonly read: (name: string) => SampleMessage;
  /** Calls, each a row of samples that answer one another, with what stands between the Response tags. */
  readonly voice: readonly (readonly (readonly [sample: string, answer: string])[])[];
  readonly callbacks: readonly string[];
  /** A voice request by GET, as its request line. */
  readonly get?: readonly [requestLine: string, answer: string];
  /** Calls as the API must tell them: token, status, billable seconds, recording, events. */
  readonly calls: readonly (readonly [string, string, number | null, string | null, number])[];
  /** CDRs: SIP call id, disposition, duration, billable seconds. */
  readonly cdrs: readonly (readonly [string, string, number, number])[];
}

const menu = (say: string) =>
  '<Gather action="NEXT" method="POST" input="dtmf" numDigits="3" finishOnKey="" timeout="2" maxTimeout="5">' +
  `<Say language="en-US">${say}</Say></Gather><Redirect method="POST">NEXT</Redirect>`;
const dial = (limits: string, ...numbers: string[]) =>
  `<Dial action="NEXT" method="POST" ${limits}>${numbers.map((n) => `<Number>${n}</Number>`).join('')}</Dial>`;

const OWN_MENU = menu('For sales press 1, for the desk press 2, for Alma press 0.');
const OWN: SampleSet = {
  config: acmeConfig(),
  read: ownSample,
  voice: [
    [
      ['voice-inbound.json', OWN_MENU],
      ['gather-empty.json', OWN_MENU],
      ['gather-digits.json', dial('timeout="20" timeLimit="3600"', '101', '102')],
      ['dial-no-answer.json', dial('timeout="15"', '102')],
    ],
    [['voice-subscriber.json', dial('timeout="45"', '102')]],
    [['voice-outbound-api.json', dial('timeout="45"', '101')]],
  ],
  callbacks: ['session-connected-array.json', 'cdr-answered.json', 'recording-completed.json'],
  calls: [['7d1f0a5b2c3e4d5f6a7b8c9d0e1f2a3b', 'completed', 0, 'https://files.example/1.mp3', 9]],
  cdrs: [['a1b2@198.51.100.9:5060', 'answered', 65, 0]],
};

const MENU = menu('Press 1 for sales, 2 for the desk, 0 for Ann.');
const RECORDINGS = 'https://recordings.example.com/4101';

function sharedSet(directory: URL): SampleSet {
  const contract = readFileSync(new URL('../../contract/acme.yaml', directory), 'utf8');
  return {
    // At any hour the main number must answer alike.
    config: contract.replace('routeTo: business_hours:office', 'routeTo: ivr_menu:main'),
    read: (name) => readMessage(new URL(name, directory)),
    voice: [
      [
        ['voice-request-inbound.json', MENU],
        ['gather-callback-empty.json', MENU],
        ['gather-callback-speech.json', MENU],
        ['gather-callback.json', dial('timeout="20" timeLimit="3600"', '101', '102')],
        ['dial-callback-busy.json', dial('timeout="15"', '102')],
        ['dial-callback-no-answer.json', dial('timeout="15"', '101')],
        ['dial-callback-completed.json', '<Hangup/>'],
      ],
      [
        [
          'voice-request-subscriber.json',
          '<Say answer="false">The number you dialed is not in service.</Say><Reject reason="failed"/>',
        ],
      ],
      [['voice-request-outbound-api.json', MENU]],
    ],
    get: [readFileSync(new URL('voice-request-inbound-get.txt', directory), 'utf8').split('\n')[0] ?? '', MENU],
    callbacks: sampleNames(directory, '.json').filter((name) => /^(session-update|cdr|recording)-/.test(name)),
    calls: [
      ['3c3b2c91da663c4afbd8957eba411cf0', 'failed', 0, null, 2],
      ['40e06707b6a27e3078264ea74c707da0', 'completed', 63, `${RECORDINGS}/call-0001.mp3`, 17],
      ['8404ebbc1d498a490edc153004f80d58', 'busy', 0, null, 2],
      ['85a460232e68fd25156979dcd0cea648', 'completed', 41, `${RECORDINGS}/call-0002.mp3`, 3],
      ['8bf6f89b4940af0118182c51aecb0b6b', 'cancelled', 0, null, 2],
      ['b1d733748280e078f6259a35b4cbd85e', 'no_answer', 0, null, 2],
      ['cdr:|internal-demo@198.51.100.7', 'cancelled', 0, null, 1],
      ['fa4ab31ac0c88b3784f5d3a7e5bb2622', 'failed', 0, null, 2],
      ['fd3dfb487eab051a229d257ec13e7698', 'initiated', null, null, 1],
    ],
    cdrs: [
      ['0c9d8e7f@198.51.100.40:5060', 'answered', 52, 41],
      ['6f2c4e8a10b34d55@203.0.113.20:5060', 'answered', 65, 63],
      ['demo-busy@198.51.100.40:5060', 'busy', 4, 0],
      ['demo-cancel@198.51.100.40:5060', 'canceled', 11, 0],
      ['demo-congestion@198.51.100.40:5060', 'failed', 2, 0],
      ['demo-failed@198.51.100.40:5060', 'failed', 2, 0],
      ['demo-no-answer@198.51.100.40:5060', 'no-answer', 32, 0],
      ['internal-demo@198.51.100.7', 'canceled', 5, 0],
    ],
  };
}

const shared = sharedSamples();
const SETS: readonly (readonly [string, SampleSet])[] = [
  ['our own samples', OWN],
  ...(shared === undefined ? [] : [['the samples of the reference', sharedSet(shared)] as const]),
];

/** How each organization gets the callbacks. Voice requests keep their order: the next answers the one before. */
const WAYS: Readonly<Record<string, (names: readonly string[]) => readonly string[]>> = {
  acme: (names) => names,
  twice: (names) => names.flatMap((name) => [name, name]),
  shuffled: (names) => shuffle([...names, ...names], seededRandom(7)),
};

describe.each(SETS)('%s', (_name, set) => {
  let service: Service;
  let operator: string;

  beforeAll(async () => {
    service = await startService({ config: set.config });
    const { dataDirectory } = service;
    operator = (JSON.parse(readFileSync(join(dataDirectory, 'server.json'), 'utf8')) as { token: string }).token;
    for (const slug of ['twice', 'shuffled']) {
      const file = textFor(slug, set.config);
      const { status, body } = await asOperator('acme').api<{ slug: string }>('POST', '/configuration', { file });
      expect([status, body.slug]).toEqual([200, slug]);
    }
  });
  afterAll(() => service?.stop());

  it.each(Object.keys(WAYS))('%s: gives the expected documents, calls, events and CDRs', async (slug) => {
    const times = slug === 'acme' ? 1 : 2;
    for (const call of set.voice) {
      let url = '/webhooks/cloudonix/voice';
      for (const [sample, expected] of call) {
        let next = url;
        for (let time = 0; time < times; time += 1) {
          const answer = await postVoice(slug, url, sample);
          expect([sample, insideOf(answer)]).toEqual([sample, expected]);
          next = continuationIn(answer) ?? url;
        }
        url = next;
      }
    }
    if (set.get !== undefined) expect(insideOf(await getVoice(slug, set.get[0]))).toBe(set.get[1]);
    for (const sample of WAYS[slug]?.(set.callbacks) ?? []) await postCallback(slug, sample);
    await drained(slug);

    const { calls, cdrs } = await rowsOf(slug);
    expect(
      calls.map(({ token, status, billableSeconds, recordingUrl, events }) => [
        token,
        status,
        billableSeconds,
        recordingUrl,
        events.length,
      ]),
    ).toEqual(set.calls);
    expect(cdrs.map((cdr) => [cdr.sipCallId, cdr.disposition, cdr.durationSeconds, cdr.billableSeconds])).toEqual(
      set.cdrs,
    );
    for (const { startedAt, endedAt, status } of calls) {
      if (endedAt !== null) expect(startedAt <= endedAt, `${status}: ${startedAt} to ${endedAt}`).toBe(true);
    }
  });

  it('what came twice or out of order left the same rows', async () => {
    const inOrder = plain(await rowsOf('acme'));
    expect(plain(await rowsOf('twice'))).toEqual(inOrder);
    expect(plain(await rowsOf('shuffled'))).toEqual(inOrder);
  });

  function asOperator(slug: string): Pick<Service, 'api'> {
    const headers = { authorization: `Bearer ${operator}`, 'x-switchhook-organization': slug };
    return { api: (method, path, body) => service.api(method, path, body, headers) };
  }

  async function postVoice(slug: string, url: string, sample: string): Promise<string> {
    const { headers, body } = set.read(sample);
    const response = await fetch(new URL(url, service.url), {
      method: 'POST',
      headers: { ...forOrganization(slug, headers), authorization: `Bearer ${requestsKeyOf(set.config)}` },
      body: JSON.stringify(forOrganization(slug, body)),
    });
    expect([sample, response.status]).toEqual([sample, 200]);
    return response.text();
  }

  async function getVoice(slug: string, requestLine: string): Promise<string> {
    const query = /\?(\S+) HTTP/.exec(textFor(slug, requestLine))?.[1] ?? '';
    const headers = { authorization: `Bearer ${requestsKeyOf(set.config)}` };
    const response = await fetch(`${service.url}/webhooks/cloudonix/voice?${query}`, { headers });
    expect(response.status).toBe(200);
    return response.text();
  }

  async function postCallback(slug: string, sample: string): Promise<void> {
    await post(slug, sample.split('-')[0] ?? '', forOrganization(slug, set.read(sample).body));
  }

  async function post(slug: string, kind: string, body: unknown): Promise<void> {
    const token = /webhookToken: (\S+)/.exec(textFor(slug, set.config))?.[1];
    const response = await fetch(`${service.url}/webhooks/cloudonix/${kind}/${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([kind, response.status]).toEqual([kind, 204]);
  }

  /** The journal keeps its order: when this one is stored, all before it are. */
  async function drained(slug: string): Promise<void> {
    await post(slug, 'session', { token: 'marker', eventId: 'marker', status: 'new' });
    await eventually(
      () => asOperator(slug).api('GET', '/calls/marker'),
      ({ status }) => status === 200,
    );
  }

  async function rowsOf(slug: string): Promise<{ calls: readonly Call[]; cdrs: readonly Cdr[] }> {
    const api = asOperator(slug);
    const listed = await allOf<{ token: string }>(api, '/calls');
    const calls: Call[] = [];
    for (const { token } of listed.filter(({ token: name }) => name !== 'marker')) {
      calls.push((await api.api<Call>('GET', `/calls/${encodeURIComponent(token)}`)).body);
    }
    const cdrs = await allOf<Cdr>(api, '/cdrs');
    const order = (left: string, right: string) => (left < right ? -1 : 1);
    return {
      calls: calls.sort((left, right) => order(left.token, right.token)),
      cdrs: cdrs.sort((left, right) => order(left.sipCallId, right.sipCallId)),
    };
  }
});

interface Call {
  readonly id: string;
  readonly token: string;
  readonly status: string;
  readonly billableSeconds: number | null;
  readonly recordingUrl: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly events: readonly { readonly kind: string; readonly status: string | null; readonly at: string }[];
}

interface Cdr {
  readonly id: string;
  readonly callId: string;
  readonly sipCallId: string;
  readonly disposition: string;
  readonly durationSeconds: number;
  readonly billableSeconds: number;
}

/** Rows without what must differ: ids, and the time at which a request came where no sample names one. */
function plain({ calls, cdrs }: { readonly calls: readonly Call[]; readonly cdrs: readonly Cdr[] }): unknown {
  return {
    calls: calls.map(({ id: _, events, startedAt, ...call }) => ({
      ...call,
      startedAt: call.endedAt === null ? 'when it came' : startedAt,
      events: events.map(({ kind, status }) => `${kind} ${status}`).sort(),
    })),
    cdrs: cdrs.map(({ id: _, callId: __, ...cdr }) => cdr),
  };
}

/** The text of one organization as another's: its slug, its domain and its token in the paths. */
function textFor(slug: string, text: string): string {
  if (slug === 'acme') return text;
  return text
    .replaceAll('slug: acme', `slug: ${slug}`)
    .replaceAll('acme.cloudonix.net', `${slug}.cloudonix.net`)
    .replace(/(webhookToken: )(\S+)/, `$1${slug}-$2`);
}

function forOrganization<T>(slug: string, value: T): T {
  return JSON.parse(textFor(slug, JSON.stringify(value))) as T;
}

function requestsKeyOf(config: string): string {
  return /requestsApiKey: (\S+)/.exec(config)?.[1] ?? '';
}

function insideOf(document: string): string {
  const [, inside] = /^<\?xml[^>]*>\n<Response>(.*)<\/Response>$/s.exec(document) ?? [];
  return (inside ?? document).replaceAll(/https?:\/\/[^/"<]+\/webhooks\/cloudonix\/voice\?c=[^"<]+/g, 'NEXT');
}

function continuationIn(document: string): string | undefined {
  return /(?:action="|<Redirect[^>]*>)([^"<]+)/.exec(document)?.[1]?.replaceAll('&amp;', '&');
}

function shuffle(names: readonly string[], random: () => number): readonly string[] {
  return names
    .map((name) => ({ name, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ name }) => name);
}
