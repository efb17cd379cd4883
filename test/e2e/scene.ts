import type { State } from './fake-server.ts';

/** An ordinary afternoon, as the API would tell it. `now` is the page's present. */
export function afternoon(now: Date): State {
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
  const part = (sequence: number, status: string, reference: number | null, error: string | null = null) => ({
    sequence,
    reference,
    status,
    submittedAt: reference === null ? null : ago(40 - sequence),
    deliveredAt: status === 'delivered' ? ago(30 - sequence) : null,
    error,
  });
  const message = (id: string, seconds: number, rest: object) => ({
    id,
    createdAt: ago(seconds),
    direction: 'outbound',
    encoding: 'gsm7',
    modem: 'm1',
    ...rest,
  });
  const call = (id: string, seconds: number, rest: object) => ({
    id,
    token: id,
    startedAt: ago(seconds),
    direction: 'inbound',
    to: '+12125550100',
    callerName: null,
    answeredAt: null,
    endedAt: ago(seconds - 20),
    billableSeconds: 0,
    ...rest,
  });
  return {
    signedIn: true,
    calls: [
      call('c1', 12, {
        from: '+12125550177',
        status: 'ringing',
        endedAt: null,
        trace: [
          '+12125550100 answers with the menu main',
          'The menu plays; the caller presses 1',
          'Ring group sales rings 101, 102 and 104 together',
        ],
      }),
      call('c2', 95, {
        from: '+14155550142',
        callerName: 'Grace Hopper',
        status: 'answered',
        answeredAt: ago(83),
        endedAt: null,
        trace: [
          '+12125550100 answers with the menu main',
          'The menu plays; the caller presses 2',
          'Assistant reception takes the call',
        ],
      }),
      call('c3', 340, {
        from: '+442079460018',
        status: 'completed',
        billableSeconds: 187,
        trace: ['Open: weekdays 09:00 to 17:00', 'Extension 101 rings for 30 seconds'],
      }),
      call('c4', 610, {
        from: '101',
        to: '+13125550164',
        direction: 'subscriber',
        status: 'completed',
        billableSeconds: 42,
        trace: ['Extension 101 may call +1', 'Dialled through trunk main'],
      }),
      call('c5', 1400, { from: '+19005550111', status: 'blocked', trace: ['Blacklist +1900* refuses the caller'] }),
      call('c6', 2950, {
        from: '+13125550119',
        status: 'no_answer',
        trace: ['Ring group support rang twice; nobody answered', 'Fallback: voicemail'],
      }),
    ],
    events: {
      c1: [
        {
          kind: 'voice',
          status: null,
          at: ago(12),
          data: {
            document: 1,
            cxml: '<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" action="https://calls.acme.example/webhooks/cloudonix/voice?state=…"><Say>For sales press 1. For help press 2.</Say></Gather></Response>',
          },
        },
        {
          kind: 'voice',
          status: null,
          at: ago(5),
          data: {
            document: 2,
            cxml: '<?xml version="1.0" encoding="UTF-8"?><Response><Dial timeout="30"><Number>101</Number><Number>102</Number><Number>104</Number></Dial></Response>',
          },
        },
        { kind: 'session', status: 'ringing', at: ago(4), data: {} },
      ],
    },
    messages: [
      message('m1', 8, {
        peer: '+12125550123',
        status: 'submitting',
        partCount: 3,
        body: 'Dear customer, your fibre line is ready. The technician comes on Monday between 10:00 and 12:00; please have the cabinet open.',
        parts: [part(1, 'sent', 41), part(2, 'submitting', null), part(3, 'queued', null)],
      }),
      message('m2', 41, {
        peer: '+14155550142',
        status: 'delivered',
        partCount: 2,
        encoding: 'ucs2',
        body: 'Grüße aus der Zentrale — wir haben Sie nicht vergessen 😊 Ihr Termin steht.',
        parts: [part(1, 'delivered', 39), part(2, 'delivered', 40)],
      }),
      message('m3', 128, {
        peer: '+13125550119',
        direction: 'inbound',
        status: 'received',
        partCount: 1,
        body: 'BALANCE',
        parts: [part(1, 'received', null)],
      }),
      message('m4', 300, {
        peer: '+442079460018',
        status: 'sent',
        partCount: 1,
        body: 'Your one-time code is 481 206.',
        parts: [part(1, 'sent', 38)],
      }),
      message('m5', 905, {
        peer: '+19175550134',
        status: 'failed',
        partCount: 1,
        modem: 'm2',
        body: 'Reminder: invoice 2026-1107 is due on Friday.',
        parts: [part(1, 'failed', 37, 'The network does not know this number (CMS 1)')],
      }),
      message('m6', 1830, {
        peer: 'ACME-BANK',
        direction: 'inbound',
        status: 'received',
        partCount: 2,
        body: 'Your statement for October is available.',
        parts: [part(1, 'received', null), part(2, 'received', null)],
      }),
    ],
    modems: [
      {
        id: 'd1',
        name: 'm1',
        state: 'ready',
        signal: -71,
        operator: 'T-Mobile US',
        registration: 'home',
        queue: 2,
        lastError: null,
      },
      {
        id: 'd2',
        name: 'm2',
        state: 'registering',
        signal: -101,
        operator: null,
        registration: 'searching',
        queue: 0,
        lastError: 'The SIM was refused twice by the network (CME 30). Check the contract of the card.',
      },
    ],
  };
}
