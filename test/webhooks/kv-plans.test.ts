import { describe, expect, it, vi } from 'vitest';
import { createKvPlanStore, domainKey, type PlanSnapshot, sha256Hex, webhookKey } from '../../src/webhooks/index.ts';
import { acme } from '../routing/support.ts';

const HASH = sha256Hex('token');

function snapshot(version: number): PlanSnapshot {
  const identity = { organizationId: 'o', slug: 'acme', domain: 'acme.cloudonix.net', requestsKeyHash: 'x' };
  return { ...identity, webhookTokenHash: HASH, version, document: acme() };
}

function room() {
  const values = new Map([
    [domainKey('acme.cloudonix.net'), JSON.stringify(snapshot(1))],
    [webhookKey(HASH), 'acme.cloudonix.net'],
    [webhookKey('old'), 'acme.cloudonix.net'],
  ]);
  let now = 0;
  const get = vi.fn(async (key: string) => values.get(key) ?? null);
  const store = createKvPlanStore({ get }, { now: () => new Date(now) });
  return { values, get, store, wait: (ms: number) => (now += ms) };
}

describe('plans from a key-value store', () => {
  it('are read once while they are fresh, and compiled once a version', async () => {
    const { store, get, values, wait } = room();
    const first = await store.byDomain('acme.cloudonix.net');
    expect(store.byDomain('acme.cloudonix.net')).toBe(first);
    expect(get).toHaveBeenCalledTimes(1);
    wait(15_000);
    expect(await store.byDomain('acme.cloudonix.net')).toBe(first);
    values.set(domainKey('acme.cloudonix.net'), JSON.stringify(snapshot(2)));
    wait(15_000);
    expect(await store.byDomain('acme.cloudonix.net')).toMatchObject({ planVersion: 2 });
  });

  it('still answer when the store fails, and fail when there never was one', async () => {
    const { store, get, wait } = room();
    const first = await store.byDomain('acme.cloudonix.net');
    wait(60_000);
    get.mockRejectedValue(new Error('down'));
    expect(await store.byDomain('acme.cloudonix.net')).toBe(first);
    await expect(store.byDomain('other.cloudonix.net')).rejects.toThrow('down');
  });

  it('are found by the token of today, not by one that was replaced', async () => {
    const { store } = room();
    expect(await store.byWebhookToken(HASH)).toMatchObject({ slug: 'acme' });
    expect(await store.byWebhookToken('old')).toBeUndefined();
    expect(await store.byWebhookToken('never')).toBeUndefined();
  });

  it('are gone when they are taken away', async () => {
    const { store, values, wait } = room();
    await store.byDomain('acme.cloudonix.net');
    values.clear();
    wait(15_000);
    expect(await store.byDomain('acme.cloudonix.net')).toBeUndefined();
  });
});
