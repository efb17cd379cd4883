import type { Context } from 'hono';

/** What our middleware puts beside a request, and what node-server tells of its connection. */
export interface ApiEnv {
  readonly Variables: { requestId: string };
  readonly Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
}

export type ApiContext = Context<ApiEnv>;

/** The peer's address. Behind a proxy that is the proxy's: its headers can be forged by anybody who gets past it. */
export function remoteAddressOf(c: ApiContext): string | undefined {
  // Without a server (tests call the app itself) there are no bindings at all.
  return (c.env as ApiEnv['Bindings'] | undefined)?.incoming?.socket?.remoteAddress;
}
