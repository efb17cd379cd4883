import type { ConnectionOptions } from './connection.ts';

/** What the Cloudonix side needs from the process it runs in. */
export interface CloudonixDeps {
  /** `https://api.cloudonix.io`, or a test's. */
  readonly apiUrl: string;
  /** The base under which Cloudonix reaches us; known only once the port is. */
  readonly publicUrl: () => string;
  /** Signs the address a transferred call goes on at; the voice path's own key. */
  readonly continuationKey: Uint8Array;
  readonly fetch: ConnectionOptions['fetch'];
  readonly sleep: ConnectionOptions['sleep'];
  readonly random: ConnectionOptions['random'];
}
