import { describe, expect, test } from 'vitest';
import { createLiveHub, type LiveHubOptions, type LiveListener, type LiveSocket } from '../../../src/api/live/hub.ts';

const ORG = 'org-1';

interface FakeSocket extends LiveSocket {
  bufferedAmount: number;
  readonly said: Record<string, unknown>[];
  readonly closed: [number, string][];
  pings: number;
  isCut: boolean;
}

function fakeSocket(): FakeSocket {
  return {
    said: [],
    closed: [],
    pings: 0,
    isCut: false,
    bufferedAmount: 0,
    send(text) {
      this.said.push(JSON.parse(text));
    },
    ping() {
      this.pings += 1;
    },
    close(code, reason) {
      this.closed.push([code, reason]);
    },
    terminate() {
      this.isCut = true;
    },
  };
}

function listener(changes: Partial<LiveListener> = {}): LiveListener {
  return { organizationId: ORG, can: () => true, isStillValid: async () => true, ...changes };
}

function hubOf(options: Partial<LiveHubOptions> = {}) {
  let nowMs = Date.parse('2026-11-21T12:00:00Z');
  const reads: string[] = [];
  const reported: unknown[] = [];
  const hub = createLiveHub({
    clock: { now: () => new Date(nowMs) },
    report: (error) => reported.push(error),
    sources: {
      call: {
        permission: 'voice.call.read',
        read: async (organizationId, id) => {
          reads.push(`${organizationId}/${id}`);
          return { id };
        },
      },
      message: { permission: 'sms.message.read', read: async () => Promise.reject(new Error('database away')) },
      plan: { permission: 'voice.plan.read' },
    },
    ...options,
  });
  return {
    hub,
    reads,
    reported,
    pass: (milliseconds: number) => {
      nowMs += milliseconds;
    },
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

const call = (id: string, organizationId = ORG) => ({ topic: 'call', organizationId, id }) as const;
const idsOf = (socket: FakeSocket) => socket.said.filter(({ type }) => type === 'event').map(({ id }) => id);

describe('the live hub', () => {
  test('tells every client of the organization, in order, with one read an event', async () => {
    const { hub, reads, settle } = hubOf();
    const sockets = [fakeSocket(), fakeSocket(), fakeSocket()];
    for (const socket of sockets) hub.join(socket, listener());
    hub.notify(call('a'));
    hub.notify(call('b'));
    await settle();
    for (const socket of sockets) {
      expect(socket.said[0]).toMatchObject({ type: 'hello', resumed: false });
      expect(idsOf(socket)).toEqual(['a', 'b']);
      expect(socket.said[1]).toMatchObject({ topic: 'call', object: { id: 'a' }, at: '2026-11-21T12:00:00.000Z' });
      expect(Number(socket.said[2]?.sequence)).toBe(Number(socket.said[1]?.sequence) + 1);
    }
    expect(reads).toEqual([`${ORG}/a`, `${ORG}/b`]);
  });

  test('never tells another organization', async () => {
    const { hub, settle } = hubOf();
    const [ours, theirs] = [fakeSocket(), fakeSocket()];
    hub.join(ours, listener());
    hub.join(theirs, listener({ organizationId: 'org-2' }));
    hub.notify(call('a', 'org-2'));
    await settle();
    expect([idsOf(ours), idsOf(theirs)]).toEqual([[], ['a']]);
  });

  test('tells only topics the client may read, live and when it resumes', async () => {
    const { hub, settle } = hubOf();
    const socket = fakeSocket();
    const can = (permission: string) => permission === 'voice.plan.read';
    hub.join(socket, listener({ can }));
    const after = Number(socket.said[0]?.sequence);
    hub.notify(call('a'));
    hub.notify({ topic: 'plan', organizationId: ORG });
    await settle();
    expect(socket.said.slice(1).map(({ topic }) => topic)).toEqual(['plan']);
    const back = fakeSocket();
    hub.join(back, listener({ can, after }));
    expect(back.said.slice(1).map(({ topic }) => topic)).toEqual(['plan']);
  });

  test('a topic without a source is told to nobody', async () => {
    const { hub, settle } = hubOf();
    const socket = fakeSocket();
    hub.join(socket, listener());
    hub.notify({ topic: 'outbox', organizationId: ORG, id: 'x' });
    await settle();
    expect(socket.said).toHaveLength(1);
  });

  test('changes of one object that wait together are read and told once', async () => {
    const { hub, reads, settle } = hubOf();
    const socket = fakeSocket();
    hub.join(socket, listener());
    hub.notify(call('a'));
    for (let index = 0; index < 100; index += 1) hub.notify(call('b'));
    await settle();
    expect(idsOf(socket)).toEqual(['a', 'b']);
    expect(reads).toHaveLength(2);
  });

  test('what happened is told in its order, also of changes that waited together', async () => {
    const { hub, settle } = hubOf();
    const socket = fakeSocket();
    hub.join(socket, listener());
    hub.notify(call('first'));
    hub.notify({ ...call('a'), changes: ['started', 'ringing'] });
    hub.notify({ ...call('a'), changes: ['answered'] });
    hub.notify(call('a'));
    await settle();
    expect(socket.said.slice(1)).toMatchObject([
      { id: 'first', changes: [] },
      { id: 'a', changes: ['started', 'ringing', 'answered'] },
    ]);
  });

  test('a change whose object cannot be read is told without it', async () => {
    const { hub, reported, settle } = hubOf();
    const socket = fakeSocket();
    hub.join(socket, listener());
    hub.notify({ topic: 'message', organizationId: ORG, id: 'm' });
    hub.notify(call('after'));
    await settle();
    expect(socket.said.slice(1)).toMatchObject([{ topic: 'message', id: 'm', object: null }, { id: 'after' }]);
    expect(reported).toEqual([new Error('database away')]);
  });

  test('a client that was away gets what it missed and nothing twice', async () => {
    const { hub, settle } = hubOf();
    const first = fakeSocket();
    const connection = hub.join(first, listener());
    hub.notify(call('a'));
    await settle();
    const after = Number(first.said.at(-1)?.sequence);
    connection.gone();
    hub.notify(call('b'));
    hub.notify(call('c'));
    await settle();
    const back = fakeSocket();
    hub.join(back, listener({ after }));
    expect(back.said[0]).toMatchObject({ type: 'hello', resumed: true });
    hub.notify(call('d'));
    await settle();
    expect(idsOf(back)).toEqual(['b', 'c', 'd']);
    expect(idsOf(first)).toEqual(['a']);
  });

  test('who was away too long, comes from another process or made up a sequence is told to reload', async () => {
    const { hub, settle, pass } = hubOf({ ringSize: 5 });
    const socket = fakeSocket();
    hub.join(socket, listener());
    const start = Number(socket.said[0]?.sequence);
    for (let index = 0; index < 30; index += 1) hub.notify(call(String(index)));
    await settle();
    pass(60_000);
    const restarted = hubOf();
    restarted.pass(60_000);
    const later = createLiveHub({
      clock: { now: () => new Date('2026-11-21T12:01:00Z') },
      sources: {},
      report: () => {},
    });
    const resumed = [
      [hub, start],
      [hub, start + 1_000_000],
      [hub, 0],
      [later, start + 5],
    ] as const;
    for (const [where, after] of resumed) {
      const back = fakeSocket();
      where.join(back, listener({ after }));
      expect(back.said).toMatchObject([{ type: 'hello', resumed: false }]);
    }
  });

  test('after a gap in the notifications everybody reloads, and nobody resumes across it', async () => {
    const { hub, settle } = hubOf();
    const socket = fakeSocket();
    hub.join(socket, listener());
    hub.notify(call('a'));
    await settle();
    const after = Number(socket.said.at(-1)?.sequence);
    hub.reload();
    expect(socket.said.at(-1)).toMatchObject({ type: 'reload' });
    const back = fakeSocket();
    hub.join(back, listener({ after }));
    expect(back.said[0]).toMatchObject({ resumed: false });
    const fresh = fakeSocket();
    hub.join(fresh, listener({ after: Number(socket.said.at(-1)?.sequence) }));
    expect(fresh.said[0]).toMatchObject({ resumed: true });
  });

  test('a client that cannot keep up is sent away with 1013, the others go on', async () => {
    const { hub, settle } = hubOf({ maxBufferedBytes: 1000 });
    const [slow, quick] = [fakeSocket(), fakeSocket()];
    hub.join(slow, listener());
    hub.join(quick, listener());
    slow.bufferedAmount = 1001;
    hub.notify(call('a'));
    hub.notify(call('b'));
    await settle();
    expect([slow.closed, idsOf(slow)]).toEqual([[[1013, 'too slow']], []]);
    expect(idsOf(quick)).toEqual(['a', 'b']);
    expect(hub.clientCount).toBe(1);
  });

  test('a client that does not answer a ping is cut at the next one', async () => {
    const { hub } = hubOf();
    const [dead, alive] = [fakeSocket(), fakeSocket()];
    hub.join(dead, listener());
    const connection = hub.join(alive, listener());
    await hub.heartbeat();
    connection.pong();
    await hub.heartbeat();
    expect([dead.isCut, alive.isCut, dead.pings, alive.pings]).toEqual([true, false, 1, 2]);
    expect(hub.clientCount).toBe(1);
  });

  test('a revoked key or ended session closes its connection; a database that is away does not', async () => {
    const { hub, reported } = hubOf();
    const [revoked, unsure] = [fakeSocket(), fakeSocket()];
    hub.join(revoked, listener({ isStillValid: async () => false }));
    hub.join(unsure, listener({ isStillValid: () => Promise.reject(new Error('away')) }));
    await hub.heartbeat();
    expect([revoked.closed, unsure.closed]).toEqual([[[1008, 'signed out']], []]);
    expect(reported).toEqual([new Error('away')]);
  });

  test('an organization nobody listens to costs no reads once it has been left for a while', async () => {
    const { hub, reads, pass, settle } = hubOf({ lingerMs: 1000 });
    hub.notify(call('before anybody came'));
    const socket = fakeSocket();
    const connection = hub.join(socket, listener());
    const after = Number(socket.said[0]?.sequence);
    connection.gone();
    pass(1001);
    hub.notify(call('a'));
    await settle();
    expect(reads).toEqual([]);
    const back = fakeSocket();
    hub.join(back, listener({ after }));
    expect(back.said[0]).toMatchObject({ resumed: false });
  });

  test('closing sends everybody away with 1001', () => {
    const { hub } = hubOf();
    const socket = fakeSocket();
    hub.join(socket, listener());
    hub.close();
    expect(socket.closed).toEqual([[1001, 'the server stops']]);
    expect(hub.clientCount).toBe(0);
  });
});
