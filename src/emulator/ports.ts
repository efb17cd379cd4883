import type { Json } from './wire.ts';

export interface EmulatorRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json | readonly Json[];
}

export interface EmulatorAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What the emulator needs from the process it runs in. */
export interface EmulatorPorts {
  /** Rejects when there is no answer. */
  send(request: EmulatorRequest): Promise<EmulatorAnswer>;
  /** Resolves after the time, or as soon as the run is stopped. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds for measuring, in fractions. */
  tick(): number;
}

/** The process that takes the n-th request. */
export function serverAt({ servers }: Installation, n: number): string {
  return servers[n % servers.length] ?? servers[0];
}

/** Whom the emulator plays against, and as whom. */
export interface Installation {
  /** Its processes, `http://127.0.0.1:8080`, without a slash at the end. Requests go round, as behind a balancer. */
  readonly servers: readonly [string, ...string[]];
  readonly domain: string;
  readonly requestsApiKey: string;
  readonly webhookToken: string;
}
