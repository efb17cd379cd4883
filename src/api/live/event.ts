import type { Notification } from '../../db/notify.ts';

export type Topic = Notification['topic'];

/** One change, as clients hear of it. */
export interface LiveEvent {
  readonly type: 'event';
  /** Grows with each event of the organization, also over restarts. A client resumes with the last one it saw. */
  readonly sequence: number;
  readonly topic: Topic;
  /** Of topic `resource`: the kind of object, as permissions name it: `voice.ring_group`. Without an id: many of them. */
  readonly resource?: string;
  readonly id: string | null;
  /** What happened to it, oldest first; of a call: `started`, `ringing`, `answered`, `moved`, `ended`. Can be empty. */
  readonly changes: readonly string[];
  readonly at: string;
  /** The object as it is now; null when it is gone or was not read: ask the API. */
  readonly object: unknown;
}

/** The first word to a client; `resumed` says whether everything since `after` follows or the client must reload. */
export interface LiveHello {
  readonly type: 'hello';
  readonly sequence: number;
  readonly resumed: boolean;
}

/** Something was missed: load the lists again. */
export interface LiveReload {
  readonly type: 'reload';
  readonly sequence: number;
}

/** What a topic needs to be heard, and how its object is read: once an event, however many listen. */
export interface TopicSource {
  /** The permission to hear it; undefined for what nobody shall hear. */
  readonly permission: string | ((event: Pick<LiveEvent, 'resource'>) => string | undefined);
  /** The object as the API answers it, or undefined when it is gone. */
  readonly read?: (organizationId: string, id: string) => Promise<unknown>;
}

export type TopicSources = Partial<Readonly<Record<Topic, TopicSource>>>;

/**
 * Changes of resources, for whoever may read that kind of them. The event says which; each reader sees the object in the
 * API as they may see it.
 */
export const RESOURCE_CHANGES: TopicSource = {
  permission: ({ resource }) => (resource === undefined ? undefined : `${resource}.read`),
};
