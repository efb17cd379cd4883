import type { RegistrationState } from './at/parse-registration.ts';
import type { ModemState } from './life.ts';
import type { ModemError } from './modem-error.ts';

/** What is known of a modem now. Absent values have not been told, or belong to a port that is not open. */
export interface ModemSnapshot {
  readonly name: string;
  readonly path: string;
  readonly state: ModemState;
  /** Since when it has been in this state. */
  readonly since: Date;
  /** Why it is not ready, for the operator. */
  readonly cause?: string;
  readonly imei?: string;
  readonly imsi?: string;
  readonly iccid?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly serviceCentre?: string;
  readonly operator?: string;
  readonly registration?: RegistrationState;
  readonly signalDbm?: number;
  readonly storageUsed?: number;
  readonly storageTotal?: number;
  /** The vendor profile in use. */
  readonly profile?: string;
  /** Tries left for the PIN while the SIM is not open, where the modem tells. */
  readonly pinTriesLeft?: number;
  readonly temperatureCelsius?: number;
  readonly voltage?: number;
  /** Failures since the process began to run it: refusals, lost answers, lost ports. */
  readonly errors?: number;
  readonly lastError?: ModemError;
}

/** What the session may change; state, cause and error count are the supervisor's. */
export type SessionPatch = Omit<SnapshotPatch, 'state' | 'cause' | 'errors'>;

/** Changes to a snapshot; `undefined` takes a value away. */
export type SnapshotPatch = {
  readonly [K in keyof Omit<ModemSnapshot, 'name' | 'path' | 'since'>]?: ModemSnapshot[K] | undefined;
};

/** The snapshot after a change, the same object when nothing changed. A new state starts its `since` at `now`. */
export function patchSnapshot(snapshot: ModemSnapshot, patch: SnapshotPatch, now: Date): ModemSnapshot {
  const changes = Object.entries(patch).filter(([key, value]) => snapshot[key as keyof ModemSnapshot] !== value);
  if (changes.length === 0) return snapshot;
  const merged = { ...snapshot, ...Object.fromEntries(changes) } as Record<string, unknown>;
  for (const [key, value] of changes) if (value === undefined) delete merged[key];
  if (patch.state !== undefined && patch.state !== snapshot.state) merged.since = now;
  // Safe: only values of the snapshot's own types were merged, and only optional ones taken away.
  return merged as unknown as ModemSnapshot;
}
