import { describe, expect, it } from 'vitest';
import { parseTarget, planDocumentSchema, targetKey } from '../../../src/routing/index.ts';
import { acme } from '../support.ts';

/** What the schema says about one object in one section. */
function complaints(section: string, item: unknown): string[] {
  const organization = { slug: 'test', name: 'Test' };
  const result = planDocumentSchema.safeParse({ organization, [section]: [item] });
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.slice(2).join('.')}: ${issue.message}`);
}

describe('target', () => {
  it.each([
    'extension:101',
    'ring_group:sales',
    'ivr_menu:main',
    'business_hours:office',
    'conference_room:daily',
    'ai_assistant:desk',
    'ai_load_balancer:agents',
    'forward:+12125550177',
    'voicemail:101',
    'mailbox:101',
    'hangup',
  ])('%s is read and written alike', (text) => {
    const target = parseTarget(text);
    expect(typeof target === 'string' ? target : targetKey(target)).toBe(text);
  });

  it.each([
    ['queue:support', /queue is not available yet/],
    ['ringgroup:sales', /is not a target; write type:key/],
    ['101', /is not a target/],
    ['extension:', /names no object; write extension:key/],
    ['forward:0123', /E\.164/],
    ['hangup:now', /write hangup alone/],
  ])('%s is refused with advice', (text, advice) => {
    expect(parseTarget(text)).toMatch(advice);
  });
});

describe('document', () => {
  it('takes the demo organization and gives back the same when read again', () => {
    expect(planDocumentSchema.parse(structuredClone(acme()))).toEqual(acme());
  });

  it('fills what is left out', () => {
    const document = planDocumentSchema.parse({ organization: { slug: 'a', name: 'A' } });
    expect(document).toMatchObject({
      organization: { timezone: 'UTC' },
      settings: { noAnswerTimeoutSeconds: 60 },
      extensions: [],
      outboundWhitelist: [],
    });
  });

  it.each([
    ['extensions', { number: 101 }, 'number: put the extension number in quotes: "101"'],
    ['extensions', { number: '1' }, 'number: use 2 to 6 digits for an extension number'],
    ['extensions', { number: '101', color: 'red' }, ': Unrecognized key: "color"'],
    [
      'extensions',
      { number: '101', type: 'forward' },
      'forwardTo: a forward extension needs forwardTo, e.g. "+12125550177"',
    ],
    ['extensions', { number: '101', type: 'ivr' }, 'target: a ivr extension needs a target, e.g. "ivr_menu:name"'],
    [
      'extensions',
      { number: '101', type: 'ivr', target: 'ring_group:x' },
      'target: a ivr extension points to ivr_menu:name, not to ring_group',
    ],
    ['extensions', { number: '101', target: 'hangup' }, 'target: a user extension has no target'],
    ['numbers', { number: '2125550100', routeTo: 'hangup' }, /^number: write the number in E\.164/],
    ['ringGroups', { name: 'g', members: [] }, 'members: a ring group needs at least one member'],
    [
      'ringGroups',
      { name: 'g', members: ['101'], timeoutSeconds: 0 },
      'timeoutSeconds: use a whole number from 1 to 600',
    ],
    ['ivrMenus', { name: 'm', greeting: {} }, 'greeting: give exactly one of say, ssml and play'],
    [
      'ivrMenus',
      { name: 'm', greeting: { play: 'file:///x' } },
      'greeting.play: give the http(s) address of a sound file, or media:NAME for one that was uploaded',
    ],
    ['businessHours', { name: 'h', open: 'hangup', timezone: 'Mars/Base' }, /use an IANA time zone/],
    ['businessHours', { name: 'h', open: 'hangup', weekly: { monday: ['9-17'] } }, /write a range as "HH:MM-HH:MM"/],
    ['businessHours', { name: 'h', open: 'hangup', weekly: { monday: ['09:00-09:00'] } }, /"00:00-24:00"/],
    [
      'businessHours',
      { name: 'h', open: 'hangup', exceptions: [{ date: '2026-02-30', closed: true }] },
      /a date that exists/,
    ],
    [
      'businessHours',
      { name: 'h', open: 'hangup', exceptions: [{ date: '2026-02-20' }] },
      /either closed: true or has ranges/,
    ],
    [
      'businessHours',
      { name: 'h', open: 'hangup', exceptions: [{ date: '13-01', closed: true }] },
      /or as "MM-DD" for every year/,
    ],
    ['businessHours', { name: 'h', open: 'hangup', exceptions: [{ from: '12-24', closed: true }] }, /both from and to/],
    [
      'businessHours',
      { name: 'h', open: 'hangup', exceptions: [{ from: '2026-12-24', to: '01-02', closed: true }] },
      /write from and to alike/,
    ],
    [
      'businessHours',
      { name: 'h', open: 'hangup', exceptions: [{ from: '2026-12-24', to: '2026-12-01', closed: true }] },
      /the last day is before the first/,
    ],
    [
      'ringGroups',
      { name: 'g', members: ['101'], weights: { '101': 2 } },
      'weights: only a group of strategy weighted has weights',
    ],
    [
      'ringGroups',
      { name: 'g', strategy: 'weighted', members: ['101'], weights: { '102': 2 } },
      'weights.102: 102 is not a member of this group',
    ],
    [
      'ivrMenus',
      { name: 'm', greeting: { ssml: 'a <script>b</script>' } },
      /greeting\.ssml: <script> is not known; use break/,
    ],
    ['ivrMenus', { name: 'm', greeting: { ssml: '<break time="1s">' } }, /not well formed/],
    [
      'ivrMenus',
      { name: 'm', greeting: { say: 'x' }, options: [{ key: '1', to: 'sideways' }] },
      /is not a target; write type:key/,
    ],
    [
      'ivrMenus',
      { name: 'm', greeting: { say: 'x' }, options: [{ key: '1', to: 'back', phrases: ['back'] }] },
      'options.0.phrases: phrases need speech: add "speech: {}" to the menu',
    ],
    ['conferenceRooms', { name: 'c', pin: '12a4' }, 'pin: use 1 to 20 digits'],
    ['conferenceRooms', { name: 'c', waitForHost: true }, 'waitForHost: nobody can be the host: add hostPin'],
    ['conferenceRooms', { name: 'c', pin: '1', hostPin: '1' }, /must differ/],
    ['voicemailBoxes', { number: '101', pin: '1' }, 'pin: use 3 to 20 digits'],
    ['voicemailBoxes', { number: 101 }, 'number: put the extension number in quotes: "101"'],
    ['voicemailBoxes', { number: '101', greeting: { play: 'media:../x' } }, /media:NAME/],
    ['aiAssistants', { name: 'a', protocol: 'sip' }, 'provider: a sip assistant needs a provider, e.g. vapi'],
    ['aiAssistants', { name: 'a', protocol: 'websocket', url: 'ws://x' }, 'url: give the wss:// address of the agent'],
    ['aiLoadBalancers', { name: 'b', members: [] }, 'members: a load balancer needs at least one member'],
    ['inboundBlacklist', { pattern: '+1*', match: 'prefix' }, 'match: a pattern with * or ? needs match: wildcard'],
    [
      'outboundWhitelist',
      { prefix: '1', trunk: 't' },
      'prefix: write the prefix with "+" and country code, e.g. "+447"',
    ],
  ])('%s %j is refused, saying what to do', (section, item, complaint) => {
    const all = complaints(section, item);
    if (typeof complaint === 'string') expect(all).toContain(complaint);
    else expect(all.join('\n')).toMatch(complaint);
  });
});
