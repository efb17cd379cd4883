import type { SessionRecord } from '../../webhooks/index.ts';

/** The room an event is about, by the address it came to; undefined when that was not made for a room. */
export function roomOf({ subject }: SessionRecord): string | undefined {
  return subject === undefined ? undefined : /^conference_room:(.+)$/s.exec(subject)?.[1];
}
