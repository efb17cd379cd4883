import type { Context } from 'hono';

/** What our middleware puts beside a request, and what node-server tells of its connection. */
export interface ApiEnv {
  readonly Variables: { requestId: string };
  readonly Bindings: { readonly incoming?: { readonly socket?: ConnectionSocket } };
}

interface ConnectionSocket {
  readonly remoteAddress?: string;
  /** Of a TLS connection: what the client showed, its private key proven by the handshake. */
  readonly getPeerCertificate?: () => { readonly fingerprint256?: string } | undefined;
}

export type ApiContext = Context<ApiEnv>;

/** The peer's address. Behind a proxy that is the proxy's: its headers can be forged by anybody who gets past it. */
export function remoteAddressOf(c: ApiContext): string | undefined {
  // Without a server (tests call the app itself) there are no bindings at all.
  return (c.env as ApiEnv['Bindings'] | undefined)?.incoming?.socket?.remoteAddress;
}

/** SHA-256 of the certificate the client showed on this connection, lower-case hex; undefined where it showed none. */
export function certificateOf(c: ApiContext): string | undefined {
  const socket = (c.env as ApiEnv['Bindings'] | undefined)?.incoming?.socket;
  return socket?.getPeerCertificate?.()?.fingerprint256?.replaceAll(':', '').toLowerCase();
}
