import type { PlanDocumentInput } from '../../src/routing/index.ts';

type List<Section extends keyof PlanDocumentInput> =
  NonNullable<PlanDocumentInput[Section]> extends readonly (infer Item)[] ? Item[] : never;

/** Words that a careless renderer would break on. */
const AWKWARD = [
  'Sales',
  'R&D <new> "team"',
  '🙂 hi',
  'tab\there',
  '\u202Eright to left',
  'a\u0007bell',
  "it's",
] as const;

const NUMBERS = ['+16465550100', '+16465550101', '+16465550102', '+442071234567'] as const;
const USERS = ['101', '102', '103', '104'] as const;

/**
 * A plan that nobody sane would make and the schema allows: every kind of object, pointing anywhere, also at what is not
 * there. `random` is in [0, 1); the same numbers give the same plan.
 */
export function randomPlan(random: () => number): PlanDocumentInput {
  const chance = (share: number): boolean => random() < share;
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const some = <Item>(items: readonly Item[], least = 0): Item[] => {
    const chosen = items.filter(() => chance(0.5));
    return chosen.length >= least ? chosen : items.slice(0, least);
  };
  const maybe = <Field extends string, Value>(field: Field, value: () => Value, share = 0.4) =>
    (chance(share) ? { [field]: value() } : {}) as { [Name in Field]?: Value };
  const status = () => maybe('status', () => 'inactive' as const, 0.1);
  const words = () => one(AWKWARD);
  const prompt = () =>
    chance(0.7)
      ? { say: words(), ...maybe('language', () => 'en-US') }
      : { play: one(['https://sounds.example/a.mp3?x=1&y=2', 'media:welcome']) };

  const target = (): string =>
    one([
      ...[...USERS, '109', '110', '600', '700', '800', '900', '950', '960', '404'].map((key) => `extension:${key}`),
      ...['a', 'b', 'c', 'gone'].map((key) => `ring_group:${key}`),
      ...['m', 'n'].map((key) => `ivr_menu:${key}`),
      'business_hours:h',
      'business_hours:k',
      'conference_room:r',
      'conference_room:s',
      'voicemail:101',
      'voicemail:900',
      'mailbox:101',
      ...['sip', 'ws', 'busy'].map((key) => `ai_assistant:${key}`),
      ...['x', 'y'].map((key) => `ai_load_balancer:${key}`),
      'custom_logic:c',
      ...NUMBERS.map((key) => `forward:${key}`),
      'forward:+16465550177',
      'forward:+447911123456',
      'hangup',
    ]);

  const extensions: List<'extensions'> = [
    ...USERS.map((number) => ({
      number,
      name: words(),
      ...status(),
      ...maybe('callerId', () => NUMBERS[0], 0.3),
      ...maybe('doNotDisturb', () => true, 0.1),
      ...maybe('ringTimeoutSeconds', () => 1 + upTo(60)),
      ...maybe('onBusy', target),
      ...maybe('onNoAnswer', target),
      ...maybe('onOffline', target),
      ...maybe('recording', () => one(['none', 'inbound', 'internal', 'all'] as const), 0.2),
    })),
    { number: '109', type: 'forward', forwardTo: one(['+16465550177', '+447911123456', NUMBERS[1], '110', '109']) },
    { number: '110', type: 'forward', forwardTo: one(['109', '101', '+16465550177']), ...maybe('onNoAnswer', target) },
    { number: '600', type: 'ring_group', target: one(['ring_group:a', 'ring_group:gone']) },
    { number: '700', type: 'ivr', target: 'ivr_menu:m' },
    { number: '800', type: 'conference', target: 'conference_room:r' },
    { number: '900', type: 'ai_assistant', target: 'ai_assistant:sip' },
    { number: '950', type: 'ai_load_balancer', target: 'ai_load_balancer:x' },
    { number: '960', type: 'custom_logic', target: 'custom_logic:c' },
    { number: '970', type: 'queue' },
  ];
  const ringGroups: List<'ringGroups'> = ['a', 'b', 'c'].map((name) => ({
    name,
    ...status(),
    strategy: one(['simultaneous', 'round_robin', 'sequential', 'least_recent', 'weighted'] as const),
    timeoutSeconds: 1 + upTo(60),
    turns: 1 + upTo(4),
    ...maybe('maxCallDurationSeconds', () => 60),
    members: some([...USERS, '109', '404'], 1),
    fallback: target(),
  }));
  const menu = (name: string): List<'ivrMenus'>[number] => ({
    name,
    ...status(),
    greeting: prompt(),
    ...maybe('invalidPrompt', prompt),
    ...maybe('noInputPrompt', prompt),
    maxTurns: 1 + upTo(5),
    directDial: chance(0.5),
    ...maybe('speech', () => ({ language: 'en-US' }), 0.3),
    options: some(['1', '2', '0', '*', '#', '12', '*9']).map((key) => ({
      key,
      to: chance(0.15) ? one(['repeat', 'back']) : target(),
    })),
    failover: target(),
  });
  const hours = (name: string): List<'businessHours'>[number] => ({
    name,
    ...maybe('timezone', () => one(['Europe/Helsinki', 'America/New_York', 'Asia/Kolkata'])),
    weekly: { monday: ['09:00-12:00', '13:00-17:30'], wednesday: ['00:00-24:00'], friday: ['22:00-02:00'] },
    exceptions: chance(0.5) ? [{ date: '2026-11-18', closed: true }] : [],
    open: target(),
    closed: target(),
  });
  const aiLoadBalancers: List<'aiLoadBalancers'> = ['x', 'y'].map((name) => ({
    name,
    ...status(),
    strategy: one(['round_robin', 'weighted_random', 'sequential', 'least_active', 'sticky'] as const),
    followThrough: chance(0.6),
    members: some(['sip', 'ws', 'busy', 'gone'], 1).map((assistant) => ({
      assistant,
      position: 1 + upTo(3),
      weight: upTo(3),
      ...status(),
    })),
    restAfterFailures: upTo(3),
    fallback: target(),
  }));
  const treatment = () => {
    const action = one(['drop', 'reject', 'torment', 'allow'] as const);
    return {
      action,
      ...(action === 'reject' ? { ...maybe('say', words), ...maybe('cause', () => 'busy' as const) } : {}),
      ...(action === 'torment' ? maybe('tormentSeconds', () => 5 + upTo(600)) : {}),
      ...maybe('numbers', () => [NUMBERS[0]], 0.2),
    };
  };
  const inboundBlacklist: List<'inboundBlacklist'> = chance(0.5)
    ? []
    : [
        { pattern: '+16465550150', ...treatment(), ...maybe('expiresAt', () => '2026-11-18T16:00:00Z', 0.2) },
        { pattern: '+1646555', match: 'prefix', ...treatment() },
        { pattern: '+4479*', match: 'wildcard', ...treatment() },
        { match: 'anonymous', ...treatment() },
      ];
  return {
    organization: { slug: 'random', name: words(), timezone: one(['UTC', 'America/New_York', 'Europe/Helsinki']) },
    settings: { noAnswerTimeoutSeconds: 1 + upTo(60) },
    voice: {
      outbound: one(['none', 'national', 'international', 'all'] as const),
      recording: { mode: one(['none', 'all', 'inbound_outbound'] as const), announce: chance(0.5) },
      limits: chance(0.2) ? { extension: { callsPerMinute: 1 } } : {},
    },
    extensions,
    numbers: NUMBERS.map((number) => ({
      number,
      routeTo: target(),
      ...status(),
      ...maybe('callerNamePrefix', words, 0.3),
    })),
    ringGroups,
    ivrMenus: [menu('m'), menu('n')],
    businessHours: [hours('h'), hours('k')],
    conferenceRooms: [
      { name: 'r', ...status(), ...maybe('pin', () => '4321') },
      { name: 's', pin: '1', hostPin: '2', waitForHost: true, record: chance(0.5), announceJoinLeave: chance(0.5) },
    ],
    voicemailBoxes: [
      { number: '101', ...status(), ...maybe('pin', () => '1234'), ...maybe('greeting', prompt) },
      { number: '900', ...maybe('greeting', prompt) },
    ],
    aiAssistants: [
      {
        name: 'sip',
        ...status(),
        protocol: 'sip',
        provider: 'vapi',
        phoneNumber: '+16465550140',
        ...maybe('parameters', () => ({ Team: words() })),
        ...maybe('maxCallDurationSeconds', () => 600),
        ...maybe('fallback', target),
      },
      {
        name: 'ws',
        ...status(),
        protocol: 'websocket',
        url: 'wss://agents.example/ws?from={from}&s={session}',
        ...maybe('parameters', () => ({ team: words() })),
        ...maybe('fallback', target),
      },
      {
        name: 'busy',
        protocol: 'websocket',
        url: 'wss://b.example/',
        maxConcurrentCalls: 1,
        ...maybe('fallback', target),
      },
    ],
    aiLoadBalancers,
    customLogic: [
      { name: 'c', ...status(), url: 'https://logic.example/', secret: 'a-secret-of-some-length', fallback: target() },
    ],
    inboundBlacklist,
    blockLists: [{ name: 'long', ...status(), ...treatment() }],
    outboundWhitelist: some(['+1', '+44', '+4479']).map((prefix) => ({ prefix, trunk: 'carrier' })),
  };
}
