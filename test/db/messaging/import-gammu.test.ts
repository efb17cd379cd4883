import { afterAll, beforeAll, expect, test } from 'vitest';
import { importGammu, listMessages } from '../../../src/messaging/index.ts';
import { readTable } from '../../../src/platform/read-table.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { Bench } from './fixtures.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.close());

/** As `sqlite3 -header -csv smsd.db 'select * from inbox'` writes it. */
const INBOX = `UpdatedInDB,ReceivingDateTime,Text,SenderNumber,Coding,UDH,SMSCNumber,Class,TextDecoded,ID,RecipientID,Processed
2026-03-01 10:00:01,2026-03-01 10:00:00,0048,+12125550123,Default_No_Compression,,+1555,-1,"Hello, you",1,,false
2026-03-01 11:00:01,2026-03-01 11:00:00,0048,+12125550124,Default_No_Compression,050003A70202,+1555,-1,"second half",3,,false
2026-03-01 11:00:01,2026-03-01 11:00:00,0048,+12125550124,Default_No_Compression,050003A70201,+1555,-1,"first half, ",2,,false
2026-03-02 11:00:01,2026-03-02 11:00:00,0048,BANK,Unicode_No_Compression,,+1555,-1,"Код 1234",4,,false
`;
const SENT = `UpdatedInDB,InsertIntoDB,SendingDateTime,DeliveryDateTime,Text,DestinationNumber,Coding,UDH,SMSCNumber,Class,TextDecoded,ID,SenderID,SequencePosition,Status,StatusError,TPMR,RelativeValidity,CreatorID
x,x,2026-03-01 12:00:00,,,2125550123,Default_No_Compression,050003A80201,+1555,-1,one ,7,m,1,DeliveryOK,-1,5,255,
x,x,2026-03-01 12:00:03,,,2125550123,Default_No_Compression,050003A80202,+1555,-1,two,7,m,2,DeliveryOK,-1,6,255,
x,x,2026-03-01 13:00:00,,,+12125550124,Default_No_Compression,,+1555,-1,lost,8,m,1,SendingError,-1,-1,255,
x,x,tomorrow,,,+12125550124,Default_No_Compression,,+1555,-1,bad,9,m,1,SendingOK,-1,-1,255,
`;

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

test('the history of gammu-smsd becomes messages: joined, with their ends and times, and only once', async () => {
  const bench = await Bench.open(opened.database);
  const read = (text: string) => importGammu(bench.context, readTable('csv', bytesOf(text)));
  expect(await read(INBOX)).toEqual({ rows: 4, imported: 3, repeats: 0, outbox: 0, refused: [] });
  expect(await read(SENT)).toMatchObject({ rows: 4, imported: 2, refused: [{ line: 5 }] });
  expect(await read(INBOX)).toMatchObject({ imported: 0, repeats: 3 });
  const { items } = await listMessages(bench.context);
  expect(items.map(({ direction, peer, body, status }) => [direction, peer, body, status])).toEqual([
    ['inbound', 'BANK', 'Код 1234', 'received'],
    ['outbound', '+12125550124', 'lost', 'failed'],
    ['outbound', '+12125550123', 'one two', 'delivered'],
    ['inbound', '+12125550124', 'first half, second half', 'received'],
    ['inbound', '+12125550123', 'Hello, you', 'received'],
  ]);
  // The organization's clocks are New York's, five hours behind on that day.
  expect(items.at(-1)?.createdAt).toBe('2026-03-01T15:00:00.000Z');
});

test('what gammu-smsd has not sent yet is no history, and another table is refused', async () => {
  const bench = await Bench.open(opened.database);
  const outbox =
    'ID,DestinationNumber,TextDecoded,SendingDateTime,MultiPart\n1,+12125550123,wait,2026-03-01 10:00:00,false\n';
  expect(await importGammu(bench.context, readTable('csv', bytesOf(outbox)))).toMatchObject({ imported: 0, outbox: 1 });
  const other = await importGammu(bench.context, readTable('csv', bytesOf('name,number\nBob,1\n')));
  expect(other.refused).toMatchObject([{ reason: expect.stringContaining('no table of gammu-smsd') }]);
});
