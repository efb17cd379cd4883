import { describe, expect, test } from 'vitest';
import { compile, planDocumentSchema, type RoutingPlan } from '../../../src/routing/index.ts';
import { createOlderPlans } from '../../../src/voice/plan/older-plans.ts';
import type { Tenant } from '../../../src/webhooks/index.ts';

const plan = compile(planDocumentSchema.parse({ organization: { slug: 'acme', name: 'Acme' } }));

function tenant(organizationId: string, planVersion: number): Tenant {
  const identity = { slug: 's', domain: 'd', requestsKeyHash: '', webhookTokenHash: '' };
  return { ...identity, organizationId, planVersion, plan };
}

function plans(answer: () => Promise<RoutingPlan | undefined> = async () => plan) {
  const asked: string[] = [];
  const older = createOlderPlans((organizationId, version) => {
    asked.push(`${organizationId}@${version}`);
    return answer();
  });
  return { older, asked };
}

describe('plans that are no longer the newest', () => {
  test('one that was just replaced is there at once, without the database', () => {
    const { older, asked } = plans();
    older.keep(tenant('a', 1));
    expect(older.get('a', 1)).toBe(plan);
    expect(asked).toEqual([]);
  });

  test('one that this process never had is loaded once for all who wait, and then kept', async () => {
    const { older, asked } = plans();
    expect(await Promise.all([older.get('a', 1), older.get('a', 1)])).toEqual([plan, plan]);
    expect(older.get('a', 1)).toBe(plan);
    expect(asked).toEqual(['a@1']);
  });

  test('one that cannot be loaded now is asked for again', async () => {
    let isAway = true;
    const { older } = plans(async () => {
      if (isAway) throw new Error('database away');
      return plan;
    });
    await expect(older.get('a', 1)).rejects.toThrow('database away');
    isAway = false;
    expect(await older.get('a', 1)).toBe(plan);
  });

  test('an organization that publishes all day keeps its last eight and crowds nobody out', () => {
    const { older, asked } = plans();
    older.keep(tenant('quiet', 1));
    for (let version = 1; version <= 100; version += 1) older.keep(tenant('busy', version));
    expect(older.get('quiet', 1)).toBe(plan);
    expect(older.get('busy', 93)).toBe(plan);
    expect(older.get('busy', 92)).toBeInstanceOf(Promise);
    expect(asked).toEqual(['busy@92']);
  });

  test('a thousand organizations keep five hundred plans in memory', () => {
    const { older, asked } = plans();
    for (let index = 0; index < 1000; index += 1) older.keep(tenant(`o${index}`, 1));
    expect(older.get('o999', 1)).toBe(plan);
    older.get('o0', 1);
    expect(asked).toEqual(['o0@1']);
  });
});
