import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadPlanDocument } from '../../src/cli/call/plan-document.ts';
import { runCall } from '../../src/cli/call/run.ts';
import { TARGET_TYPES } from '../../src/routing/document/target.ts';
import { aiLoadBalancerSchema, ringGroupSchema } from '../../src/routing/index.ts';
import { checkCxml, readCxml } from '../../src/webhooks/cxml/index.ts';
import { cxmlProblems } from '../support/strict-cxml.ts';

/*
 * `switchhook call` for every kind of destination, every strategy and every rule of hours, each against the document that
 * was looked at once (test/fixtures/golden). A change of a document shows there.
 */

const CONFIG = fileURLToPath(new URL('../fixtures/everything.yaml', import.meta.url));
const OUTSIDE = '+12125550150';
const MONDAY_NOON = '2026-11-16T12:30:00-05:00';

interface Played {
  readonly from?: string;
  readonly to: string;
  readonly direction?: string;
  readonly at?: string;
  readonly steps?: readonly string[];
  readonly customLogic?: string;
  readonly hours?: readonly string[];
}

const inside = (to: string, steps: readonly string[] = [], from = '101'): Played => ({
  from,
  to,
  direction: 'subscriber',
  steps,
});
const to = (last: number, ...steps: readonly string[]): Played => ({ to: `+16465550${100 + last}`, steps });
const openAt = (at: string): Played => ({ ...to(9), at });

const CALLS: Readonly<Record<string, Played>> = {
  'number-extension': to(1, 'dial:completed'),
  'number-inactive': to(24),
  'number-unknown': to(99),
  'number-hangup': to(23),
  'number-forward': to(22, 'dial:busy'),
  'extension-busy': to(1, 'dial:busy', 'record:5'),
  'extension-no-answer': to(1, 'dial:no-answer', 'record:5'),
  'extension-offline': to(1, 'dial:failed', 'dial:no-answer'),
  'extension-inside': inside('103', ['dial:no-answer']),
  'extension-inactive': inside('104'),
  'extension-unknown': inside('555'),
  'extension-forward-outside': inside('109', ['dial:no-answer', 'noinput']),
  'extension-forward-inside': inside('110', ['dial:completed']),
  'extension-ring-group': inside('600', ['dial:completed'], '103'),
  'extension-ivr': inside('700', ['digits:#']),
  'extension-conference': inside('800', ['digits:1111']),
  'extension-ai-assistant': inside('900', ['dial:completed']),
  'extension-ai-load-balancer': inside('901', ['dial:completed']),
  'extension-custom-logic': { ...inside('902'), customLogic: 'extension:103' },
  'extension-queue': inside('903'),
  'ring-simultaneous': to(2, 'dial:no-answer', 'dial:no-answer', 'dial:no-answer', 'dial:no-answer', 'dial:no-answer'),
  'ring-sequential': to(3, 'dial:busy', 'dial:completed'),
  'ring-round-robin': to(4, 'dial:no-answer', 'dial:failed', 'noinput'),
  'ring-least-recent': to(5, 'dial:no-answer', 'dial:no-answer', 'digits:#'),
  'ring-weighted': to(6, 'dial:no-answer', 'dial:no-answer'),
  'menu-key': to(7, 'digits:0', 'dial:completed'),
  'menu-two-keys': to(7, 'digits:12'),
  'menu-direct-dial': to(7, 'digits:103', 'dial:completed'),
  'menu-wrong-key': to(7, 'digits:5', 'digits:6', 'dial:completed'),
  'menu-silence': to(7, 'noinput', 'noinput', 'dial:completed'),
  'menu-repeat': to(7, 'digits:9', 'digits:#'),
  'menu-nested-and-back': to(7, 'digits:2', 'digits:*', 'digits:#'),
  'menu-spoken': to(8, 'speech:I want to buy', 'dial:completed'),
  'menu-spoken-nonsense': to(8, 'speech:bananas', 'digits:1', 'dial:completed'),
  'hours-open': openAt('2026-11-16T09:00:00-05:00'),
  'hours-before': openAt('2026-11-16T08:59:59-05:00'),
  'hours-lunch': openAt('2026-11-16T12:30:00-05:00'),
  'hours-to-midnight': openAt('2026-11-16T23:59:59-05:00'),
  'hours-over-midnight': openAt('2026-11-21T01:59:00-05:00'),
  'hours-after-midnight': openAt('2026-11-21T02:00:00-05:00'),
  'hours-no-ranges': openAt('2026-11-22T12:00:00-05:00'),
  'hours-closed-day': openAt('2026-12-25T22:30:00-05:00'),
  'hours-special-day': openAt('2026-12-24T11:59:00-05:00'),
  'hours-special-day-outside': openAt('2026-12-24T12:00:00-05:00'),
  'hours-special-yearly-day': openAt('2027-01-04T10:30:00-05:00'),
  'hours-special-yearly-day-outside': openAt('2027-01-04T09:30:00-05:00'),
  'hours-span': openAt('2026-12-28T10:00:00-05:00'),
  'hours-yearly-span': openAt('2026-07-13T10:00:00-04:00'),
  'hours-forced-closed': { ...openAt('2026-11-16T09:00:00-05:00'), hours: ['office=closed'] },
  'hours-forced-open': { ...openAt('2026-12-25T22:30:00-05:00'), hours: ['office=open@2026-12-25T23:00:00-05:00'] },
  'hours-forced-open-is-over': {
    ...openAt('2026-12-25T23:00:00-05:00'),
    hours: ['office=open@2026-12-25T23:00:00-05:00'],
  },
  'conference-guest': to(10, 'digits:1111', 'dial:completed'),
  'conference-host': to(10, 'digits:2222'),
  'conference-three-tries': to(10, 'digits:1', 'digits:2', 'digits:3'),
  'conference-open': to(11),
  'voicemail-message': to(12, 'record:12'),
  'voicemail-silence': to(12, 'noinput'),
  'mailbox-from-outside': to(13, 'digits:4321'),
  'mailbox-own': inside('*97'),
  'ai-sip': to(14, 'dial:busy', 'dial:completed'),
  'ai-websocket': to(15, 'dial:completed'),
  'ai-round-robin': to(16, 'dial:failed', 'dial:failed'),
  'ai-weighted-random': to(17, 'dial:completed'),
  'ai-sequential': to(18, 'dial:busy', 'dial:failed', 'noinput'),
  'ai-least-active': to(19, 'dial:completed'),
  'ai-sticky': to(20, 'dial:failed'),
  'custom-logic-target': { ...to(21, 'dial:completed'), customLogic: 'extension:103' },
  'custom-logic-document': { ...to(21), customLogic: '<Response><Say>Hi</Say><Hangup/></Response>' },
  'custom-logic-nonsense': { ...to(21, 'dial:completed'), customLogic: 'perhaps' },
  'custom-logic-away': to(21, 'dial:completed'),
  'outbound-national': inside('(202) 555-0123', ['dial:completed']),
  'outbound-international': inside('+442071838750', ['dial:completed'], '103'),
  'outbound-not-whitelisted': inside('+33123456789'),
  'outbound-premium': inside('+19005550100'),
  'outbound-not-permitted': inside('+442071838750', [], '105'),
  'outbound-own-number': inside('+16465550103', ['dial:completed'], '103'),
  'outbound-stranger': inside('+12025550123', [], '999'),
  emergency: inside('911', ['dial:completed']),
  'feature-conference': inside('*8800', ['digits:1111']),
  'feature-night-mode': inside('*60'),
  'blocked-drop': { ...to(1), from: '+19005550001' },
  'blocked-reject': { ...to(1), from: '+19015550001' },
  'blocked-reject-spoken': { ...to(1), from: '+19025550001' },
  'blocked-torment': { ...to(1), from: '+19035550001' },
  'blocked-anonymous': { ...to(1), from: 'anonymous' },
  'blocked-not-anonymous-elsewhere': { ...to(22), from: 'anonymous' },
  'blocked-but-allowed': { ...to(1), from: '+19015550009' },
  'api-call': { from: '+16465550101', to: '+12025550123', direction: 'outbound-api' },
};

describe('switchhook call', () => {
  it.each(Object.entries(CALLS))('%s', async (name, played) => {
    await expect(await documentsOf(CONFIG, played)).toMatchFileSnapshot(golden(name));
  });

  it.each(['inbound', 'outbound', 'internal', 'all'])(
    'recording of %s calls, told to the caller first',
    async (mode) => {
      const folder = mkdtempSync(join(tmpdir(), 'golden-'));
      const file = join(folder, 'recorded.yaml');
      writeFileSync(file, readFileSync(CONFIG, 'utf8').replace(/^voice:$/m, `voice:\n  recording: { mode: ${mode} }`));
      const calls = [to(3, 'dial:busy'), inside('+442071838750', [], '103'), inside('103')];
      const documents: string[] = [];
      for (const played of calls) documents.push(await documentsOf(file, played));
      rmSync(folder, { recursive: true });
      await expect(documents.join('\n')).toMatchFileSnapshot(golden(`recording-${mode}`));
    },
  );

  it('is played here for every kind of destination, strategy and treatment there is', () => {
    const { document } = loadPlanDocument(readFileSync(CONFIG, 'utf8'));
    const targets = new Set(document.numbers.map(({ routeTo }) => routeTo.split(':')[0]));
    expect([...targets].sort()).toEqual([...TARGET_TYPES].sort());
    const called = new Set(Object.values(CALLS).map((call) => call.to));
    const active = document.numbers.filter(({ status }) => status === 'active').map(({ number }) => number);
    expect(active.filter((number) => !called.has(number))).toEqual([]);
    const strategies = (shape: { readonly options: readonly string[] }) => [...shape.options].sort();
    expect(document.ringGroups.map(({ strategy }) => strategy).sort()).toEqual(
      strategies(ringGroupSchema.shape.strategy.unwrap()),
    );
    expect(document.aiLoadBalancers.map(({ strategy }) => strategy).sort()).toEqual(
      strategies(aiLoadBalancerSchema.shape.strategy.unwrap()),
    );
    expect(new Set(document.inboundBlacklist.map(({ action }) => action)).size).toBe(4);
  });
});

function golden(name: string): string {
  return `../fixtures/golden/${name}.txt`;
}

/** What the call is answered with, after a look at each document by both strict checks. */
async function documentsOf(config: string, { steps = [], ...call }: Played): Promise<string> {
  const lines: string[] = [];
  const talk: string[] = [];
  const status = await runCall(
    { config, from: OUTSIDE, at: MONDAY_NOON, json: true, ...call, steps },
    { out: (line) => lines.push(line), err: (line) => talk.push(line) },
  );
  expect([status, talk.filter((line) => !line.startsWith('warning:'))]).toEqual([0, []]);
  const documents = lines.map((line) => JSON.parse(line) as PlayedLine);
  for (const { cxml } of documents) {
    expect(checkCxml(readCxml(cxml))).toEqual([]);
    expect(cxmlProblems(cxml)).toEqual([]);
  }
  return documents.map(shown).join('\n');
}

interface PlayedLine {
  readonly step: number;
  readonly request: { readonly Session: string };
  readonly cxml: string;
  readonly trace: readonly string[];
  readonly ended: boolean;
}

/** A document for people to read: without what is new in each call. */
function shown({ step, request, cxml, trace, ended }: PlayedLine): string {
  const text = cxml
    .replaceAll(request.Session, 'SESSION')
    .replaceAll(/(\/webhooks\/cloudonix\/voice\?c=)[^"<]+/g, '$1STATE')
    .replaceAll(/(\/webhooks\/cloudonix\/(?:session|recording)\/)[^"<]+/g, '$1TOKEN')
    .replaceAll('><', '>\n<');
  const [, ...body] = text.split('\n');
  return [`${step}.${ended ? ' the last' : ''}`, ...trace.map((sentence) => `   ${sentence}`), ...body, ''].join('\n');
}
