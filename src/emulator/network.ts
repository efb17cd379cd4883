import type { EmulatorPorts } from './ports.ts';

/** Longer than anything that is still useful to a caller. */
const TIMEOUT_MS = 15_000;

/** Ports over the network. */
export function networkPorts(): EmulatorPorts {
  return portsOver((request) => fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }));
}

/** Ports over anything that answers requests, with the clock of this process. */
export function portsOver(answer: (request: Request) => Response | Promise<Response>): EmulatorPorts {
  return {
    async send({ url, method, headers, body }) {
      const response = await answer(
        new Request(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
      );
      const text = await response.text();
      return { status: response.status, contentType: response.headers.get('content-type') ?? '', body: text };
    },
    sleep: createSleep(),
    now: () => Date.now(),
    tick: () => performance.now(),
  };
}

/** Waits that all end when their run is stopped, with one listener a run and not one a wait. */
function createSleep(): EmulatorPorts['sleep'] {
  const waiting = new WeakMap<AbortSignal, Set<() => void>>();
  const endsOf = (signal: AbortSignal): Set<() => void> => {
    const known = waiting.get(signal);
    if (known !== undefined) return known;
    const ends = new Set<() => void>();
    waiting.set(signal, ends);
    signal.addEventListener(
      'abort',
      () => {
        for (const end of ends) end();
      },
      { once: true },
    );
    return ends;
  };
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const ends = endsOf(signal);
      const end = () => {
        clearTimeout(timer);
        ends.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      ends.add(end);
    });
}
