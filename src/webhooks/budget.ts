/**
 * The value of a promise, or undefined when it takes longer than `ms` or fails. A late failure is not left unhandled. Two
 * promises and a timer, no more: every call pays for this.
 */
export function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    const settle = (value?: Value): void => {
      clearTimeout(timer);
      resolve(value);
    };
    promise.then(settle, () => settle());
  });
}
