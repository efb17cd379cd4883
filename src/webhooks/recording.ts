import { entryFor, firstText, isoTimeOf, type LooseRecord, secondsOf, textOf } from './loose.ts';
import type { RecordingRecord, RecordingStatus } from './ports.ts';
import type { Parsed } from './session-update.ts';

const STATUSES: Readonly<Record<string, RecordingStatus>> = {
  inprogress: 'in-progress',
  completed: 'completed',
  absent: 'absent',
  failed: 'failed',
};

/** Reads one recording status. Undefined when it names no call. Each status of a recording arrives once by its key. */
export function parseRecording(body: LooseRecord): Parsed<RecordingRecord> | undefined {
  const callToken = firstText(body.Session, body.CallSid);
  if (callToken === undefined) return undefined;
  const url = textOf(body.RecordingUrl);
  const status = entryFor(STATUSES, body.RecordingStatus) ?? 'unknown';
  return {
    kind: 'recording',
    key: `${callToken}|${firstText(body.RecordingSid, url) ?? ''}|${status}`,
    callToken,
    recordingSid: textOf(body.RecordingSid) ?? null,
    status,
    rawStatus: textOf(body.RecordingStatus) ?? null,
    url: url ?? null,
    durationSeconds: secondsOf(body.RecordingDuration) ?? null,
    startedAt: isoTimeOf(body.RecordingStartTime) ?? null,
    raw: body,
  };
}
