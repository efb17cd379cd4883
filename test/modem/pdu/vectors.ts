import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Rows collected from the test suites and captures of other projects; they are beside the repository, not in it. */
const FOLDER = fileURLToPath(new URL('../../../../shared/vectors/pdu/', import.meta.url));

export const hasVectors = existsSync(FOLDER);

export function rowsOf<Row>(file: string): readonly Row[] {
  return JSON.parse(readFileSync(`${FOLDER}${file}.json`, 'utf8')) as readonly Row[];
}

export interface Expected {
  readonly smsc?: string | null;
  readonly tpdu_length?: number;
  readonly address?: string;
  readonly toa?: number;
  readonly pid?: number;
  readonly dcs?: number;
  readonly encoding?: 'gsm7' | 'ucs2' | '8bit';
  readonly class?: number;
  readonly text?: string;
  readonly data?: string;
  readonly udl?: number;
  readonly udh?: string;
  readonly concat?: { readonly ref: number; readonly total: number; readonly seq: number; readonly bits: 8 | 16 };
  readonly ports?: { readonly dst: number; readonly src: number; readonly bits: 8 | 16 };
  readonly timestamp?: string;
  readonly timestamp_hex?: string;
  readonly discharge?: string;
  readonly discharge_hex?: string;
  readonly mr?: number;
  readonly srr?: boolean;
  readonly rd?: boolean;
  readonly status?: number;
  readonly vp?: {
    readonly relative?: number;
    readonly minutes?: number;
    readonly absolute?: string;
    readonly enhanced?: string;
  };
}

export interface PduRow {
  readonly id: string;
  readonly direction: 'deliver' | 'submit' | 'status-report';
  readonly op: 'decode' | 'both' | 'lenient';
  readonly pdu: string;
  readonly smsc_included: boolean;
  readonly expected: Expected;
  readonly force_tables?: { readonly locking: number; readonly single: number };
  readonly ambiguous?: boolean;
}

/** The files of complete PDUs. */
export const PDU_FILES = [
  'gammu-at-sms-encode',
  'gammu-at-sms',
  'ofono',
  'modemmanager',
  'warthog618',
  'python-gsmmodem',
  'python-messaging',
  'node-pdu',
  'atlib',
  'xlab-at',
  'other-js-python',
  'national',
] as const;
