import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCall } from '../../../src/cli/call/run.ts';
import { acmeConfig, runCli, type Service, startService } from '../../support/service.ts';

/*
 * What you test is what answers: a call played on paper and the same call played against the running server give the
 * same documents, byte for byte, but for what cannot be the same: where the server is, and the signed state.
 */

/** The server has its own clock, so each time of day is a menu of hours of its own around the present. */
const ALWAYS = '["00:00-24:00"]';
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const HOURS = `
  - name: open-now
    timezone: America/New_York
    weekly: { ${DAYS.map((day) => `${day}: ${ALWAYS}`).join(', ')} }
    open: ivr_menu:main
    closed: hangup
  - name: after-hours
    timezone: America/New_York
    weekly: {}
    open: hangup
    closed: forward:+16465550177`;

const CONFIG = acmeConfig()
  // On paper nobody has failed before and nobody holds a line; at the server the calls of this file have and do.
  .replace('maxConcurrentCalls: 1 ', 'maxConcurrentCalls: 50 ')
  .replace(/^ {4}followThrough: true$/m, '    followThrough: true\n    restAfterFailures: 0')
  .replace(/^businessHours:$/m, `businessHours:${HOURS}`)
  .replace(
    /^numbers:$/m,
    `numbers:
  - { number: "+16465550110", name: Open, routeTo: business_hours:open-now }
  - { number: "+16465550111", name: Closed, routeTo: business_hours:after-hours }`,
  );

const OUTSIDE = '+16465550150';
const inbound = (to: string, ...steps: string[]) => ({ from: OUTSIDE, to, steps });
const subscriber = (to: string, ...steps: string[]) => ({ from: '101', to, direction: 'subscriber', steps });

/** What is called, and a word that must stand in some document: a table that only compares could compare two nothings. */
const CALLS: readonly (readonly [what: string, call: ReturnType<typeof inbound>, expected: string])[] = [
  ['business hours, whatever the hour', inbound('+16465550100'), '<Response>'],
  ['an open office', inbound('+16465550110', 'digits:0', 'dial:completed'), '<Gather'],
  ['after hours', inbound('+16465550111', 'dial:completed'), '+16465550177'],
  ['a ring group, nobody answers', inbound('+16465550101', 'dial:no-answer', 'dial:no-answer', 'dial:busy'), '102'],
  ['a ring group, answered', inbound('+16465550101', 'dial:completed'), '<Number>101</Number><Number>102</Number>'],
  ['a menu, sales', inbound('+16465550102', 'digits:1', 'dial:failed', 'dial:completed'), '<Gather'],
  ['a menu, the desk', inbound('+16465550102', 'digits:2'), '+16465550140'],
  ['a menu, an extension typed', inbound('+16465550102', 'digits:102', 'dial:no-answer'), '<Number>102</Number>'],
  ['a menu, a wrong key', inbound('+16465550102', 'digits:7', 'digits:#'), '<Hangup/>'],
  ['a menu, silence', inbound('+16465550102', 'noinput', 'noinput', 'noinput'), '<Number>101</Number>'],
  ['agents', inbound('+16465550103', 'dial:failed', 'dial:failed', 'dial:completed'), '<Stream'],
  ['a direct number', inbound('+16465550104', 'dial:busy'), '<Number>101</Number>'],
  ['a conference, the right PIN', inbound('+16465550105', 'digits:4321'), '<Conference'],
  ['a conference, wrong PINs', inbound('+16465550105', 'digits:1', 'digits:2', 'digits:3'), '<Hangup/>'],
  ['an inactive number', inbound('+16465550106'), 'not in service'],
  ['a rota', inbound('+16465550107', 'dial:no-answer', 'dial:no-answer'), '<Number>'],
  ['an unknown number', inbound('+16465550999'), '<Response>'],
  ['a blacklisted caller', { ...inbound('+16465550104'), from: '+19005550666' }, '<Reject'],
  ['a dropped prefix', { ...inbound('+16465550104'), from: '+19765550000' }, '<Hangup/>'],
  ['extension to extension', subscriber('102', 'dial:no-answer'), '<Number>102</Number>'],
  ['to an inactive extension', subscriber('103'), '<Say'],
  ['to a forward', subscriber('109', 'dial:busy'), '+16465550177'],
  ['to a group', subscriber('600', 'dial:completed'), '<Number>'],
  ['to the menu', subscriber('700', 'digits:1'), '<Gather'],
  ['to the conference', subscriber('800', 'digits:4321'), '<Conference'],
  ['to the assistant', subscriber('900', 'dial:completed'), '+16465550140'],
  ['to the agents', subscriber('901', 'dial:completed'), '<Stream'],
  ['to one of our own numbers', subscriber('+16465550104', 'dial:completed'), '<Number>101</Number>'],
  ['to the world', subscriber('+12025550123', 'dial:busy'), 'carrier-us'],
  ['to where nobody may call', subscriber('+33123456789'), '<Say'],
  ['to an unknown extension', subscriber('555'), '<Say'],
  ['a call we placed', { ...inbound('+12025550123'), from: '+16465550104', direction: 'outbound-api' }, '<Response>'],
];

describe('a call on paper and the same call at the server', () => {
  let service: Service;
  let file: string;

  beforeAll(async () => {
    service = await startService({ config: CONFIG });
    file = join(service.dataDirectory, '..', 'organization.yaml');
    writeFileSync(file, CONFIG);
  });
  afterAll(() => service?.stop());

  it('shares no counter yet: the first ticks of both are the first', async () => {
    // Round robin goes on with each call, so the first call of each rota must meet the same counter on both sides.
    for (const to of ['+16465550107', '+16465550103']) {
      expect(await play({ ...inbound(to), server: service.url })).toEqual(await play(inbound(to)));
    }
  });

  it.each(CALLS)('%s: byte-identical CXML', async (what, call, expected) => {
    const onPaper = await play(call);
    const atServer = await play({ ...call, server: service.url });
    expect(onPaper.join('\n')).toContain(expected);
    const isRotating = ['agents', 'a rota', 'to the agents'].includes(what);
    if (isRotating) expect(atServer.map(withoutMember)).toEqual(onPaper.map(withoutMember));
    else expect(atServer).toEqual(onPaper);
  });

  it('the command line prints the same as the function behind it', async () => {
    const args = ['call', '--config', file, '--from', OUTSIDE, '--to', '+16465550102', '--then', 'digits:1', '--json'];
    const onPaper = await runCli(args);
    const atServer = await runCli([...args, '--server', service.url]);
    expect([onPaper.status, atServer.status]).toEqual([0, 0]);
    const documents = (text: string) => text.trim().split('\n').map(documentOf);
    expect(documents(atServer.stdout)).toEqual(documents(onPaper.stdout));
    expect(documents(onPaper.stdout)).toEqual(await play(inbound('+16465550102', 'digits:1')));
  });

  it('leaves no place of an assistant taken behind', async () => {
    interface States {
      readonly items: readonly { readonly activeCalls: number }[];
    }
    // What ended a call is in the journal; the places are free when it is in the database.
    await expect
      .poll(async () => (await service.api<States>('GET', '/ai-assistants/states')).body.items, { timeout: 10_000 })
      .toSatisfy((items: States['items']) => items.length > 1 && items.every(({ activeCalls }) => activeCalls === 0));
  });

  async function play(call: Parameters<typeof runCall>[0]): Promise<string[]> {
    const lines: string[] = [];
    const complaints: string[] = [];
    const output = { out: (line: string) => lines.push(line), err: (line: string) => complaints.push(line) };
    const status = await runCall({ config: file, json: true, ...call }, output);
    expect([status, complaints.filter((line) => !/^(warning|note):/.test(line))]).toEqual([0, []]);
    return lines.map(documentOf);
  }
});

/** A document without the address of the server, the signed state, and the session, which no two calls share. */
function documentOf(line: string): string {
  const { cxml, step, ended, request } = JSON.parse(line) as {
    cxml: string;
    step: number;
    ended: boolean;
    request: { Session: string };
  };
  const shown = cxml
    .replaceAll(request.Session, 'SESSION')
    .replaceAll(/https?:\/\/[^/"<]+\/webhooks\/cloudonix\/voice\?c=[^"<]+/g, 'NEXT')
    .replaceAll(/https?:\/\/[^/"<]+\/webhooks\/cloudonix\/(session|recording)\/[^"<]+/g, 'NEWS');
  return `${step} ${ended} ${shown}`;
}

/** Which member a rotation has come to differs, because the calls before it differ; the rest may not. */
function withoutMember(document: string): string {
  return document
    .replaceAll(/<Number>10[12]<\/Number>/g, '<Number/>')
    .replaceAll(/<Stream.*<\/Stream>|<Stream[^>]*\/>/gs, '<Stream/>');
}
