/** What the worker pool provides inside workerd, as far as these tests use it. */
declare module 'cloudflare:test' {
  export const env: { readonly PLANS: { put(key: string, value: string): Promise<void> } };
  export const SELF: { fetch(url: string, init?: RequestInit): Promise<Response> };
}
