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
