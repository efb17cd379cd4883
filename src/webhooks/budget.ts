import type { EventSink } from './ports.ts';

/**
 * The value of a promise, or undefined when it takes longer than `ms` or fails. A late failure is not left unhandled. Two
 * promises and a timer, no more: every call pays for this, and for each function that is given a name on the way.
 */
export function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      () => {
        clearTimeout(timer);
        resolve(undefined);
      },
    );
  });
}

/** How long a caller waits for a record to be taken. Longer, and hearing an answer matters more than a record of it. */
const RECORD_BUDGET_MS = 1000;

/** A sink that answers within a second: what took longer counts as not taken, though it may be. */
export function promptly(sink: { append(...record: Parameters<EventSink['append']>): Promise<boolean> }): EventSink {
  return { append: async (record) => (await within(sink.append(record), RECORD_BUDGET_MS)) ?? false };
}
