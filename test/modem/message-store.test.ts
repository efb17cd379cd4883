import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/modem/channel.ts';
import { layoutCandidates, type MemoryLayout } from '../../src/modem/memories.ts';
import { MessageStore } from '../../src/modem/message-store.ts';
import { FakeTimers } from './support/fake-timers.ts';
import { playTranscript } from './support/scripted-modem.ts';

const LAYOUT: MemoryLayout = { read: 'SM', write: 'SM', receive: 'SM', sweep: ['SM', 'ME'] };
const A = '0791448720003023240DD0E474D81C0EBB010000111011315214000BE474D81C0EBB5DE3771B';
const B = `${A.slice(0, -2)}00`;
const SELECT = '> AT+CPMS="SM","SM","SM"\n< +CPMS: 1,20,1,20,1,20\n< OK\n';

function open(text: string) {
  const timers = new FakeTimers();
  const transport = playTranscript(text, timers);
  const store = new MessageStore(new Channel({ transport, timers }), LAYOUT);
  return { timers, transport, store };
}

const message = { memory: 'SM', index: 3, pdu: A };
const slot = (pdu: string) => `> AT+CMGR=3\n< +CMGR: 1,,30\n< ${pdu}\n< OK\n`;

describe('deleting', () => {
  it.each([
    ['at once', `${SELECT}> AT+CMGD=3\n< OK\n`, 'removed'],
    ['already empty', `${SELECT}> AT+CMGD=3\n< +CMS ERROR: 321\n`, 'removed'],
    ['answer unclear, slot empty', `${SELECT}> AT+CMGD=3\n< ERROR\n> AT+CMGR=3\n< OK\n`, 'removed'],
    ['answer unclear, slot taken by another message', `${SELECT}> AT+CMGD=3\n< ERROR\n${slot(B)}`, 'removed'],
    [
      'answer unclear, slot still holds it: once more',
      `${SELECT}> AT+CMGD=3\n< ERROR\n${slot(A)}> AT+CMGD=3\n< OK\n`,
      'removed',
    ],
    ['never more than twice', `${SELECT}> AT+CMGD=3\n< ERROR\n${slot(A)}> AT+CMGD=3\n< ERROR\n${slot(A)}`, 'left'],
    ['not when the slot cannot be read', `${SELECT}> AT+CMGD=3\n< ERROR\n> AT+CMGR=3\n< ERROR\n`, 'left'],
    ['not when the memory cannot be selected', '> AT+CPMS="SM","SM","SM"\n< ERROR\n', 'left'],
  ])('%s', async (_name, transcript, kind) => {
    const { timers, transport, store } = open(transcript);
    expect((await timers.resolve(store.remove(message))).kind).toBe(kind);
    expect(transport.complaints()).toEqual([]);
  });
});

describe('reading', () => {
  it('reads again what came shorter than announced', async () => {
    const { timers, store } = open(`${SELECT}> AT+CMGR=3\n< +CMGR: 0,,30\n< ${A.slice(0, 40)}\n< OK\n${slot(A)}`);
    const outcome = await timers.resolve(store.read('SM', 3));
    expect(outcome).toMatchObject({ kind: 'message', message: { pdu: A } });
  });

  it('takes what is announced wrongly twice in the same way', async () => {
    const odd = `> AT+CMGR=3\n< +CMGR: ,,99\n< ${A}\n< OK\n`;
    const { timers, store } = open(`${SELECT}${odd}${odd}`);
    expect(await timers.resolve(store.read('SM', 3))).toEqual({
      kind: 'message',
      message: { memory: 'SM', index: 3, pdu: A },
    });
  });

  it('selects the memory only when it is another one', async () => {
    const { timers, transport, store } = open(
      `${SELECT}${slot(A)}${slot(A)}> AT+CPMS="ME","SM","SM"\n< +CPMS: 1,9,1,20,1,20\n< OK\n${slot(B)}`,
    );
    const all = Promise.all([store.read('SM', 3), store.read('SM', 3), store.read('ME', 3)]);
    expect((await timers.resolve(all)).map((outcome) => outcome.kind)).toEqual(['message', 'message', 'message']);
    expect(transport.complaints()).toEqual([]);
  });

  it('does not list an empty memory', async () => {
    const { timers, transport, store } = open('> AT+CPMS="SM","SM","SM"\n< +CPMS: 0,20,0,20,0,20\n< OK\n');
    expect(await timers.resolve(store.list('SM'))).toEqual({ messages: [], use: { used: 0, total: 20 } });
    expect(transport.complaints()).toEqual([]);
  });

  it('looks slot by slot when the list is empty although the count is not, and stops when all are found', async () => {
    const { timers, transport, store } = open(
      `${SELECT}> AT+CMGL=4\n< OK\n> AT+CMGR=0\n< +CMS ERROR: 321\n> AT+CMGR=1\n< +CMGR: 1,,30\n< ${A}\n< OK\n`,
    );
    const listing = await timers.resolve(store.list('SM'));
    expect(listing.messages).toEqual([{ memory: 'SM', index: 1, stat: 1, pdu: A }]);
    expect(transport.complaints()).toEqual([]);
  });
});

describe('choosing memories', () => {
  it.each([
    ['nothing told', undefined, ['SM', 'SM', 'SM'], ['SM']],
    [
      'all three',
      [
        ['ME', 'SM'],
        ['ME', 'SM'],
        ['ME', 'SM'],
      ],
      ['SM', 'SM', 'SM'],
      ['SM', 'ME'],
    ],
    ['each from its own group', [['ME'], ['ME'], ['SM', 'MT']], ['ME', 'ME', 'MT'], ['ME']],
    ['reports in their own memory', [['SM', 'SR'], ['SM'], ['SM']], ['SM', 'SM', 'SM'], ['SM', 'SR']],
    ['only the union', [['MT'], ['MT'], ['MT']], ['MT', 'MT', 'MT'], ['MT']],
  ])('%s', (_name, groups, [read, write, receive], sweep) => {
    expect(layoutCandidates(groups)[0]).toEqual({ read, write, receive, sweep });
  });
});
