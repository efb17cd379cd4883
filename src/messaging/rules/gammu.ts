import type { MessageStatus } from './status.ts';

/** A row of gammu-smsd's `inbox` or `sentitems`, whatever database wrote the file. */
export type GammuRow = Readonly<Record<string, unknown>>;

/** What a row says: one slice of a text. */
export interface GammuSlice {
  readonly table: 'inbox' | 'sentitems';
  /** The same in all slices of a text. */
  readonly group: string;
  readonly sequence: number;
  readonly total: number;
  readonly peer: string;
  readonly text: string;
  readonly isUnicode: boolean;
  /** Local time as written, `YYYY-MM-DD HH:MM:SS`. */
  readonly at: string;
  readonly status: MessageStatus;
}

export type GammuReading =
  | { readonly kind: 'slice'; readonly slice: GammuSlice }
  /** Not sent yet by gammu: history it is not. */
  | { readonly kind: 'outbox' }
  | { readonly kind: 'refused'; readonly reason: string };

/** gammu-smsd's words for the end of a sent slice (its documentation, table `sentitems`). */
const STATUS: Readonly<Record<string, MessageStatus>> = {
  sendingok: 'sent',
  sendingoknoreport: 'sent',
  deliveryok: 'delivered',
  deliverypending: 'sent',
  deliveryfailed: 'failed',
  deliveryunknown: 'unknown',
  sendingerror: 'failed',
  error: 'failed',
};

/** Reads a row; the table is told by its columns, which are the same in MySQL, Postgres and SQLite but for their case. */
export function readGammuRow(row: GammuRow): GammuReading {
  const columns = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), text(value)]));
  const column = (name: string) => columns.get(name) ?? '';
  if (!columns.has('id') || !columns.has('textdecoded')) {
    return { kind: 'refused', reason: 'this is no table of gammu-smsd: it has no columns ID and TextDecoded' };
  }
  const isInbox = columns.has('sendernumber');
  const isSent = columns.has('sequenceposition');
  if (!isInbox && !isSent) return { kind: 'outbox' };
  const at = (isInbox ? column('receivingdatetime') : column('sendingdatetime')).slice(0, 19).replace('T', ' ');
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(at)) {
    return { kind: 'refused', reason: `its time "${at}" is not written YYYY-MM-DD HH:MM:SS` };
  }
  const peer = isInbox ? column('sendernumber') : column('destinationnumber');
  const concat = concatOf(column('udh'));
  const id = column('id');
  return {
    kind: 'slice',
    slice: {
      table: isInbox ? 'inbox' : 'sentitems',
      // A text in the inbox has a row with an ID of its own for each slice; a sent one has one ID.
      group: isInbox ? (concat === undefined ? `i${id}` : `u${peer}/${concat.reference}/${concat.total}`) : `s${id}`,
      sequence: isInbox ? (concat?.sequence ?? 1) : Number(column('sequenceposition')) || 1,
      total: concat?.total ?? 1,
      peer,
      text: column('textdecoded'),
      isUnicode: /unicode/i.test(column('coding')),
      at,
      status: isInbox ? 'received' : (STATUS[column('status').toLowerCase()] ?? 'unknown'),
    },
  };
}

/** The concatenation element of a user data header in hexadecimal: `050003RRTTSS` or `060804RRRRTTSS`. */
function concatOf(udh: string) {
  const match = /^050003(..)(..)(..)/i.exec(udh) ?? /^060804(....)(..)(..)/i.exec(udh);
  if (match === null) return undefined;
  const [, reference = '', total = '', sequence = ''] = match;
  return { reference, total: Number.parseInt(total, 16), sequence: Number.parseInt(sequence, 16) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
