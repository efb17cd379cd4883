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
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end, { once: true });
      }),
    now: () => Date.now(),
    tick: () => performance.now(),
  };
}
