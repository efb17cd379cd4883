import type { Clock } from '../../core/clock.ts';
import type { PermissionCheck } from '../../db/context.ts';
import type { Notification } from '../../db/notify.ts';
import type { LiveEvent, LiveHello, LiveReload, TopicSources } from './event.ts';
import { EventRing } from './ring.ts';

/** A connection as the hub needs it: a WebSocket, or a test's. */
export interface LiveSocket {
  send(text: string): void;
  /** Bytes that were sent and have not left. */
  readonly bufferedAmount: number;
  ping(): void;
  close(code: number, reason: string): void;
  /** Ends it without a word, when words no longer get through. */
  terminate(): void;
}

export interface LiveListener {
  readonly organizationId: string;
  readonly can: PermissionCheck;
  /** The last sequence the client saw; absent when it starts anew. */
  readonly after?: number;
  /** Whether the key or session still holds; asked at each heartbeat. */
  readonly isStillValid: () => Promise<boolean>;
}

/** What a connection reports to the hub. */
export interface LiveConnection {
  pong(): void;
  gone(): void;
}

export interface LiveHubOptions {
  readonly clock: Clock;
  readonly sources: TopicSources;
  readonly report: (error: unknown) => void;
  /** How many events an absent client may miss. */
  readonly ringSize?: number;
  /** A client that lets more than this pile up is closed with 1013 and may come back. */
  readonly maxBufferedBytes?: number;
  /** How long an organization nobody listens to keeps its ring. */
  readonly lingerMs?: number;
}

interface Client {
  readonly socket: LiveSocket;
  readonly listener: LiveListener;
  hasPonged: boolean;
}

interface Room {
  readonly ring: EventRing;
  readonly clients: Set<Client>;
  /** What changed and waits to be read, oldest first; a change of the same object joins the one that waits. */
  readonly waiting: Map<string, Notification>;
  isPumping: boolean;
  lastSeenMs: number;
}

/**
 * Tells consoles what changed, each only its own organization's. A change is read once and sent to all; a client that
 * was away resumes from the ring; one that cannot keep up is sent away rather than remembered.
 */
export class LiveHub {
  readonly #options: Required<LiveHubOptions>;
  readonly #rooms = new Map<string, Room>();
  /** Microseconds since 1970, so that a restarted (or another) process never reuses a sequence a client may hold. */
  readonly #base: number;

  constructor(options: LiveHubOptions) {
    this.#options = { ringSize: 500, maxBufferedBytes: 1_048_576, lingerMs: 300_000, ...options };
    this.#base = options.clock.now().getTime() * 1000;
  }

  get clientCount(): number {
    let count = 0;
    for (const room of this.#rooms.values()) count += room.clients.size;
    return count;
  }

  /** Takes a connection in: says hello, sends what it missed, and every change from now on. */
  join(socket: LiveSocket, listener: LiveListener): LiveConnection {
    const room = this.#roomOf(listener.organizationId);
    const client: Client = { socket, listener, hasPonged: true };
    const missed = listener.after === undefined ? undefined : room.ring.after(listener.after);
    const hello: LiveHello = { type: 'hello', sequence: room.ring.last, resumed: missed !== undefined };
    room.clients.add(client);
    this.#send(room, client, JSON.stringify(hello));
    for (const event of missed ?? []) if (this.#mayHear(client, event)) this.#send(room, client, JSON.stringify(event));
    return {
      pong: () => {
        client.hasPonged = true;
      },
      gone: () => this.#leave(room, client),
    };
  }

  /** Something changed. Costs nothing while nobody of that organization listens. */
  notify(notification: Notification): void {
    if (this.#options.sources[notification.topic] === undefined) return;
    const room = this.#rooms.get(notification.organizationId);
    if (room === undefined) return;
    if (room.clients.size === 0 && this.#nowMs() - room.lastSeenMs > this.#options.lingerMs) {
      this.#rooms.delete(notification.organizationId);
      return;
    }
    const key = `${notification.topic}/${notification.resource ?? ''}/${notification.id ?? ''}`;
    const waiting = room.waiting.get(key)?.changes ?? [];
    room.waiting.set(key, { ...notification, changes: [...waiting, ...(notification.changes ?? [])] });
    if (!room.isPumping) this.#pump(room).catch(this.#options.report);
  }

  /** Notifications may have been missed: everybody loads again. */
  reload(): void {
    for (const room of this.#rooms.values()) {
      room.ring.clear();
      const word: LiveReload = { type: 'reload', sequence: room.ring.last };
      for (const client of [...room.clients]) this.#send(room, client, JSON.stringify(word));
    }
  }

  /** Call it every half minute: ends connections that are dead or whose key or session no longer holds. */
  async heartbeat(): Promise<void> {
    for (const room of this.#rooms.values()) {
      for (const client of [...room.clients]) await this.#check(room, client);
    }
  }

  /** Sends everybody away: the process stops, another may take them. */
  close(): void {
    for (const room of this.#rooms.values()) {
      for (const client of [...room.clients]) {
        client.socket.close(1001, 'the server stops');
        this.#leave(room, client);
      }
    }
    this.#rooms.clear();
  }

  async #pump(room: Room): Promise<void> {
    room.isPumping = true;
    try {
      for (let next = firstOf(room.waiting); next !== undefined; next = firstOf(room.waiting)) {
        const [key, notification] = next;
        room.waiting.delete(key);
        const object = await this.#read(notification);
        const event: LiveEvent = {
          type: 'event',
          sequence: room.ring.last + 1,
          topic: notification.topic,
          ...(notification.resource === undefined ? {} : { resource: notification.resource }),
          id: notification.id ?? null,
          changes: notification.changes ?? [],
          at: this.#options.clock.now().toISOString(),
          object: object ?? null,
        };
        room.ring.push(event);
        const text = JSON.stringify(event);
        for (const client of [...room.clients]) {
          if (this.#mayHear(client, event)) this.#send(room, client, text);
        }
      }
    } finally {
      room.isPumping = false;
    }
  }

  /** A change whose object cannot be read is told all the same: the client asks the API, or does without. */
  async #read({ topic, organizationId, id }: Notification): Promise<unknown> {
    if (id === undefined) return undefined;
    try {
      return await this.#options.sources[topic]?.read?.(organizationId, id);
    } catch (error) {
      this.#options.report(error);
      return undefined;
    }
  }

  async #check(room: Room, client: Client): Promise<void> {
    if (!client.hasPonged) {
      client.socket.terminate();
      this.#leave(room, client);
      return;
    }
    client.hasPonged = false;
    client.socket.ping();
    try {
      if (await client.listener.isStillValid()) return;
    } catch (error) {
      // The database is away: that is no reason to send people away.
      this.#options.report(error);
      return;
    }
    client.socket.close(1008, 'signed out');
    this.#leave(room, client);
  }

  #send(room: Room, client: Client, text: string): void {
    if (!room.clients.has(client)) return;
    if (client.socket.bufferedAmount <= this.#options.maxBufferedBytes) {
      client.socket.send(text);
      return;
    }
    client.socket.close(1013, 'too slow');
    this.#leave(room, client);
  }

  #mayHear(client: Client, event: LiveEvent): boolean {
    const wanted = this.#options.sources[event.topic]?.permission;
    const permission = typeof wanted === 'function' ? wanted(event) : wanted;
    return permission !== undefined && client.listener.can(permission);
  }

  #leave(room: Room, client: Client): void {
    room.clients.delete(client);
    room.lastSeenMs = this.#nowMs();
  }

  #roomOf(organizationId: string): Room {
    const known = this.#rooms.get(organizationId);
    if (known !== undefined) return known;
    const room: Room = {
      // A room that was given up and opened again must not count from the start either.
      ring: new EventRing(this.#options.ringSize, Math.max(this.#base, this.#nowMs() * 1000)),
      clients: new Set(),
      waiting: new Map(),
      isPumping: false,
      lastSeenMs: this.#nowMs(),
    };
    this.#rooms.set(organizationId, room);
    return room;
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}

function firstOf<Key, Value>(map: ReadonlyMap<Key, Value>): [Key, Value] | undefined {
  for (const entry of map) return entry;
  return undefined;
}

/** The hub of a process. `attachLive` feeds it. */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  return new LiveHub(options);
}
