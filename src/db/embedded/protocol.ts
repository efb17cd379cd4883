/** What travels between the program and the database thread. */
export type ToEngine = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'close' };

export type FromEngine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly message: string };

export interface EngineOptions {
  /** A directory, or undefined for a database in memory (tests). */
  readonly directory: string | undefined;
  /** Create the files, close them and end: `initdb` leaves half a gigabyte behind that only a thread's end gives back. */
  readonly createOnly?: boolean;
  /** The notification channel to listen on; notifications travel among the bytes. */
  readonly channel: string;
}
