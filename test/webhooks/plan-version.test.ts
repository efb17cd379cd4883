import { describe, expect, it } from 'vitest';
import { compile, type PlanDocument, type RoutingPlan } from '../../src/routing/index.ts';
import type { PlanStore } from '../../src/webhooks/index.ts';
import { acme } from '../routing/support.ts';
import { actionIn, postVoice, tenant, voiceApp, voiceRecords } from './support.ts';

const SALES = '+16465550101';
const rung = (cxml: string) => [...cxml.matchAll(/<Number>([^<]+)<\/Number>/g)].map(([, number]) => number);

/** The demo organization with another ring group behind its sales. */
function changed(): PlanDocument {
  const document = acme();
  const ringGroups = document.ringGroups.map((group) =>
    group.name === 'backup' ? { ...group, members: ['101'] } : group,
  );
  return { ...document, ringGroups };
}

/** A call that begins by version 3, and meets version 4 at its second request. */
async function callOverAPublish(planOf: PlanStore['planOf'], token?: (url: string) => string) {
  let newest = tenant({ planVersion: 3, plan: compile(acme()) });
  const warnings: string[] = [];
  const app = voiceApp({
    plans: {
      byDomain: () => newest,
      byWebhookToken: () => undefined,
      ...(planOf === undefined ? {} : { planOf }),
    },
    log: { warn: (_facts, message) => warnings.push(message), error: () => {} },
  });
  const first = await (await postVoice(app, { To: SALES })).text();
  newest = tenant({ planVersion: 4, plan: compile(changed()) });
  const url = token?.(actionIn(first)) ?? actionIn(first);
  const second = await (await postVoice(app, { To: SALES, DialCallStatus: 'no-answer' }, { url })).text();
  return { rung: rung(second), versions: voiceRecords(app.records).map(({ planVersion }) => planVersion), warnings };
}

describe('a plan that was replaced during a call', () => {
  it('still decides that call', async () => {
    const asked: unknown[] = [];
    const kept = await callOverAPublish((organizationId, version) => {
      asked.push([organizationId, version]);
      return compile(acme());
    });
    expect(kept).toEqual({ rung: ['102'], versions: [3, 3], warnings: [] });
    expect(asked).toEqual([['org-acme', 3]]);
  });

  it('is waited for when it has to be loaded', async () => {
    const loaded = async () => compile(acme());
    expect(await callOverAPublish(loaded)).toMatchObject({ rung: ['102'], versions: [3, 3] });
  });

  it.each<[string, PlanStore['planOf']]>([
    ['is gone', () => undefined],
    ['cannot be loaded', () => Promise.reject(new Error('database away'))],
    ['takes too long', () => new Promise<RoutingPlan>(() => {})],
    ['is kept by nobody', undefined],
  ])('and %s leaves the call to the newest, and the operator hears of it', async (_what, planOf) => {
    expect(await callOverAPublish(planOf)).toEqual({
      rung: ['101'],
      versions: [3, 4],
      warnings: ['the plan that began a call cannot be had; the call goes on with the newest'],
    });
  });

  it('is not asked for by a token that names another version: its signature no longer fits', async () => {
    const forged = (url: string) => {
      const [head = '', token = ''] = url.split('c=');
      const [payload = '', signature = ''] = token.split('.');
      const state = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[];
      const other = Buffer.from(JSON.stringify([...state.slice(0, -1), 1])).toString('base64url');
      return `${head}c=${other}.${signature}`;
    };
    const { rung: numbers } = await callOverAPublish(() => compile(acme()), forged);
    expect(numbers).toEqual([]);
  });
});
