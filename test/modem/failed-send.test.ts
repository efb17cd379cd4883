import { describe, expect, it } from 'vitest';
import { cmeMeaning, cmsMeaning } from '../../src/modem/at/errors.ts';
import { afterFailedSend } from '../../src/modem/failed-send.ts';
import type { ModemError } from '../../src/modem/modem-error.ts';

const cms = (code: number): ModemError => ({ reason: 'cms', code, ...cmsMeaning(code) });
const cme = (code: number): ModemError => ({ reason: 'cme', code, ...cmeMeaning(code) });
const without = (reason: 'timeout' | 'rejected' | 'closed', errorClass: ModemError['class']): ModemError => ({
  reason,
  text: 'no number',
  advice: 'None.',
  class: errorClass,
});

describe('after a message that did not go out', () => {
  it.each<[string, ModemError, number, string, number]>([
    ['a refusal of the network asks for nothing, and ends the row', cms(42), 5, 'nothing', 0],
    ['a number that is none asks for nothing', cms(28), 5, 'nothing', 0],
    ['no answer may be a restart nobody saw', without('timeout', 'ambiguous'), 2, 'set-up', 0],
    ['ERROR may be text mode', without('rejected', 'temporary'), 2, 'set-up', 0],
    ['a request of ours that cannot be right asks for nothing', without('rejected', 'permanent'), 2, 'nothing', 0],
    ['a closed port is not a matter of set-up', without('closed', 'modem'), 2, 'nothing', 0],
    ['a full memory is read, and says nothing about the rest', cms(322), 5, 'sweep', 5],
    ['a full memory in the words of the terminal too', cme(20), 5, 'sweep', 5],
    ['a card that is gone is looked at at once', cms(310), 0, 'set-up', 1],
    ['a card that wants its PIN too', cme(11), 0, 'set-up', 1],
    ['a failure of the modem may pass', cms(300), 0, 'nothing', 1],
    ['the third in a row has it set up again', cms(300), 2, 'set-up', 3],
    ['the fourth waits for what that does', cms(300), 3, 'nothing', 4],
    ['the sixth resets it', cms(300), 5, 'reset', 6],
    ['the sixth resets it, whatever it says of its card', cms(313), 5, 'reset', 6],
    ['no service centre number is mended by no reset', cms(330), 5, 'nothing', 0],
    ['no network is mended by no reset', cme(30), 5, 'nothing', 0],
    ['a card that the network does not take is mended by no reset', cme(111), 5, 'nothing', 0],
    ['the same number of another table means something else', cms(10), 0, 'nothing', 0],
  ])('%s', (_what, error, before, asks, unableInARow) => {
    expect(afterFailedSend(error, before)).toEqual({ asks, unableInARow });
  });
});
