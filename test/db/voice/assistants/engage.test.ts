import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../../src/db/context.ts';
import { openDatabase } from '../../../../src/db/open.ts';
import { createResources } from '../../../../src/db/resource.ts';
import { aiAssistantStates, aiSlots } from '../../../../src/db/schema/index.ts';
import type { EngageQuestion } from '../../../../src/routing/index.ts';
import { engage } from '../../../../src/voice/assistants/engage.ts';
import { noteAssistantResults } from '../../../../src/voice/assistants/health.ts';
import { listAssistantStates } from '../../../../src/voice/assistants/read-states.ts';
import { giveUpExpired, releaseAssistants } from '../../../../src/voice/assistants/release.ts';
import { recordCalls } from '../../../../src/voice/calls/record.ts';
import { voiceResources } from '../../../../src/voice/index.ts';
import { cdr, session, voice } from '../../../support/call-records.ts';
import { newOrganization, openTestDatabase, type TestDatabase } from '../../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

const orm = () => db.database.orm;
const START = new Date('2026-11-18T17:00:00Z');
const later = (seconds: number) => new Date(START.getTime() + seconds * 1000);

/** An organization with these assistants. */
async function withAssistants(...names: readonly string[]): Promise<Context> {
  const context = await newOrganization(db.database);
  const resource = voiceResources.find(({ section }) => section === 'aiAssistants');
  if (resource === undefined) throw new Error('no resource of AI assistants');
  await createResources(
    context,
    resource,
    names.map((name) => ({ name, protocol: 'websocket', url: `wss://agents.example/${name}` })),
  );
  return context;
}

function question(among: Readonly<Record<string, number | null>>, parts: Partial<EngageQuestion> = {}): EngageQuestion {
  return {
    kind: 'engage',
    key: 'ai_load_balancer:agents',
    choose: 'first',
    among: Object.entries(among).map(([assistant, limit]) => ({ assistant, limit, holdSeconds: 3600 })),
    restSeconds: 60,
    ...parts,
  };
}

const ask = ({ organizationId }: Context, callToken: string, asked: EngageQuestion, at = START) =>
  engage(orm(), { organizationId, callToken, at }, asked);

async function activeOf({ organizationId }: Context): Promise<Readonly<Record<string, number>>> {
  const rows = await orm().select().from(aiAssistantStates).where(eq(aiAssistantStates.organizationId, organizationId));
  return Object.fromEntries(rows.map(({ assistant, active }) => [assistant, active]));
}

const slotsOf = ({ organizationId }: Context) =>
  orm().select().from(aiSlots).where(eq(aiSlots.organizationId, organizationId));

describe('places at AI assistants', () => {
  test('are taken in order until a limit is reached, then nobody is free', async () => {
    const context = await withAssistants('a', 'b');
    const asked = question({ a: 1, b: 2 });
    const taken = [];
    for (const token of ['1', '2', '3', '4']) taken.push(await ask(context, token, asked));
    expect(taken).toEqual([0, 1, 1, -1]);
    expect(await activeOf(context)).toEqual({ a: 1, b: 2 });
  });

  test('a request that is repeated takes no second place', async () => {
    const context = await withAssistants('a');
    expect(await ask(context, '1', question({ a: 1 }))).toBe(0);
    expect(await ask(context, '1', question({ a: 1 }))).toBe(0);
    expect(await activeOf(context)).toEqual({ a: 1 });
  });

  test('least_active takes whoever has the fewest calls', async () => {
    const context = await withAssistants('a', 'b', 'c');
    const asked = question({ a: null, b: null, c: null }, { choose: 'least_active' });
    const taken = [];
    for (let call = 0; call < 7; call += 1) taken.push(await ask(context, `${call}`, asked));
    expect(taken).toEqual([0, 1, 2, 0, 1, 2, 0]);
    await releaseAssistants(orm(), [cdr('answered', { organizationId: context.organizationId, callToken: '4' })]);
    expect(await ask(context, 'next', asked)).toBe(1);
  });

  test('in_turn begins one further with every call, and passes over who is busy', async () => {
    const context = await withAssistants('a', 'b', 'c');
    const asked = question({ a: null, b: 1, c: null }, { choose: 'in_turn' });
    const taken = [];
    for (let call = 0; call < 7; call += 1) taken.push(await ask(context, `${call}`, asked));
    expect(taken).toEqual([0, 1, 2, 0, 2, 2, 0]);
  });

  test('of an assistant that is gone are not taken, and hold nobody up', async () => {
    const context = await withAssistants('a');
    expect(await ask(context, '1', question({ gone: null, a: 1 }))).toBe(1);
  });

  test('of other organizations do not count', async () => {
    const [one, other] = [await withAssistants('a'), await withAssistants('a')];
    expect(await ask(one, '1', question({ a: 1 }))).toBe(0);
    expect(await ask(other, '2', question({ a: 1 }))).toBe(0);
    expect(await activeOf(other)).toEqual({ a: 1 });
  });

  test.each([
    ['its CDR', (at: string) => cdr('answered', { at })],
    ['its final session update', (at: string) => session('completed', { at })],
    ['its next document', (at: string) => voice({ document: 2, at })],
  ])('are given back by %s', async (_name, record) => {
    const context = await withAssistants('a');
    const told = { ...record(later(60).toISOString()), organizationId: context.organizationId, callToken: 'one' };
    await ask(context, 'one', question({ a: 2 }));
    await ask(context, 'two', question({ a: 2 }));
    await releaseAssistants(orm(), [told, told]);
    await releaseAssistants(orm(), [told]);
    expect(await activeOf(context)).toEqual({ a: 1 });
    expect(await slotsOf(context)).toMatchObject([{ callToken: 'two' }]);
  });

  test('are kept through updates of a call that is on, and by records of earlier documents', async () => {
    const context = await withAssistants('a', 'b');
    const { organizationId } = context;
    await ask(context, 'one', question({ a: 1 }), later(0));
    await ask(context, 'one', question({ b: 1 }), later(5));
    // The second document ends what the first took, and arrives late.
    await releaseAssistants(orm(), [
      voice({ organizationId, callToken: 'one', document: 2, at: later(5).toISOString() }),
      session('connected', { organizationId, callToken: 'one' }),
    ]);
    expect(await activeOf(context)).toEqual({ a: 0, b: 1 });
  });

  test('taken by a call whose end was told already are given back with its last document', async () => {
    const context = await withAssistants('a', 'b');
    const { organizationId } = context;
    await ask(context, '1', question({ a: 1 }));
    await recordCalls(orm(), [
      voice({ organizationId, callToken: '1', at: START.toISOString(), document: 1, assistant: 'a' }),
      cdr('answered', { organizationId, callToken: '1', at: later(5).toISOString() }),
    ]);
    expect(await activeOf(context)).toMatchObject({ a: 0 });
    // The caller hung up while the first rang: the next is tried for nobody.
    await ask(context, '1', question({ b: 1 }), later(6));
    await recordCalls(orm(), [
      voice({ organizationId, callToken: '1', key: '1|2|', at: later(6).toISOString(), document: 2, assistant: 'b' }),
    ]);
    expect(await slotsOf(context)).toEqual([]);
    expect(await activeOf(context)).toEqual({ a: 0, b: 0 });
  });

  test('whose call never told its end are given back when they expire', async () => {
    const context = await withAssistants('a');
    expect(await ask(context, 'lost', question({ a: 1 }))).toBe(0);
    expect(await ask(context, 'next', question({ a: 1 }), later(3599))).toBe(-1);
    // The next caller need not wait for the sweep.
    expect(await ask(context, 'next', question({ a: 1 }), later(3600))).toBe(0);
    expect(await giveUpExpired(orm(), later(7199), context.organizationId)).toBe(0);
    expect(await giveUpExpired(orm(), later(7200), context.organizationId)).toBe(1);
    expect(await activeOf(context)).toEqual({ a: 0 });
  });

  test('a hundred calls at once, on two connections, take exactly as many as there are', async () => {
    const context = await withAssistants('a', 'b');
    // A server takes a second pool; the embedded engine is one session, whatever asks.
    const second =
      db.location.url === undefined ? undefined : await openDatabase({ url: db.location.url, poolSize: 5 });
    const asked = question({ a: 7, b: 5 }, { choose: 'least_active' });
    const taken = await Promise.all(
      Array.from({ length: 100 }, (_, call) =>
        engage(
          call % 2 === 0 ? orm() : (second?.orm ?? orm()),
          { organizationId: context.organizationId, callToken: `call-${call}`, at: START },
          asked,
        ),
      ),
    );
    await second?.close();
    expect(taken.filter((place) => place === 0)).toHaveLength(7);
    expect(taken.filter((place) => place === 1)).toHaveLength(5);
    expect(await activeOf(context)).toEqual({ a: 7, b: 5 });
    expect(await slotsOf(context)).toHaveLength(12);
  });

  test('calls that come and go on all sides leave no place behind, and no deadlock', async () => {
    const context = await withAssistants('a', 'b', 'c');
    const { organizationId } = context;
    const asked = question({ a: 3, b: 3, c: 3 }, { choose: 'in_turn' });
    await Promise.all(
      Array.from({ length: 60 }, async (_, call) => {
        const callToken = `call-${call}`;
        await engage(orm(), { organizationId, callToken, at: START }, asked);
        await releaseAssistants(orm(), [cdr('answered', { organizationId, callToken })]);
      }),
    );
    expect(await activeOf(context)).toEqual({ a: 0, b: 0, c: 0 });
    expect(await slotsOf(context)).toEqual([]);
  });
});

describe('an AI assistant that fails', () => {
  const told = ({ organizationId }: Context, isGood: boolean, at: Date) =>
    voice({
      organizationId,
      at: at.toISOString(),
      document: 2,
      assistantResult: { name: 'a', isGood, restAfterFailures: 3, restSeconds: 60 },
    });

  async function failing(times: number): Promise<Context> {
    const context = await withAssistants('a', 'b');
    await ask(context, 'first', question({ a: null, b: null }));
    for (let time = 0; time < times; time += 1) await noteAssistantResults(orm(), [told(context, false, later(time))]);
    return context;
  }

  const next = (context: Context, token: string, seconds: number) =>
    ask(context, token, question({ a: null, b: null }), later(seconds));

  test('gets calls until it has failed so many times in a row', async () => {
    expect(await next(await failing(2), 'x', 3)).toBe(0);
    expect(await next(await failing(3), 'x', 3)).toBe(1);
  });

  test('in one batch as well as in several', async () => {
    const context = await withAssistants('a', 'b');
    await ask(context, 'first', question({ a: null, b: null }));
    await noteAssistantResults(
      orm(),
      [0, 1, 2].map((time) => told(context, false, later(time))),
    );
    expect(await next(context, 'x', 3)).toBe(1);
  });

  test('forgets its failures with one success', async () => {
    const context = await failing(2);
    await noteAssistantResults(orm(), [told(context, true, later(2)), told(context, false, later(3))]);
    expect(await next(context, 'x', 4)).toBe(0);
    expect(await listAssistantStates(context)).toMatchObject([{ assistant: 'a', failures: 1 }, { failures: 0 }]);
  });

  test('is tried by one call when its rest is over, while the others still go elsewhere', async () => {
    const context = await failing(3);
    expect(await next(context, 'early', 61)).toBe(1);
    const probes = await Promise.all(['p1', 'p2', 'p3', 'p4'].map((token) => next(context, token, 63)));
    expect(probes.sort()).toEqual([0, 1, 1, 1]);
  });

  test('rests again when the try fails, and is back when it succeeds', async () => {
    const context = await failing(3);
    expect(await next(context, 'probe', 63)).toBe(0);
    await noteAssistantResults(orm(), [told(context, false, later(70))]);
    expect(await next(context, 'x', 129)).toBe(1);
    expect(await next(context, 'probe-2', 131)).toBe(0);
    await noteAssistantResults(orm(), [told(context, true, later(140))]);
    expect([await next(context, 'y', 141), await next(context, 'z', 141)]).toEqual([0, 0]);
  });

  test('is tried again when the result of a try never comes', async () => {
    const context = await failing(3);
    expect(await next(context, 'probe', 63)).toBe(0);
    expect(await next(context, 'x', 122)).toBe(1);
    expect(await next(context, 'probe-2', 123)).toBe(0);
  });

  test('shows that it rests', async () => {
    const context = await failing(3);
    await orm()
      .update(aiAssistantStates)
      .set({ restUntil: new Date(Date.now() + 60_000) })
      .where(and(eq(aiAssistantStates.organizationId, context.organizationId), eq(aiAssistantStates.assistant, 'a')));
    const [first] = await listAssistantStates(context);
    expect(first).toMatchObject({ assistant: 'a', failures: 3, activeCalls: 1, maxConcurrentCalls: null });
    expect(first?.restingUntil).not.toBeNull();
  });
});
