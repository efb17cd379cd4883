import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowanceOf } from '../../../src/messaging/rules/budget.ts';
import { chooseModem } from '../../../src/messaging/rules/choose-modem.ts';
import { LANES, laneOrder, withoutQuiet } from '../../../src/messaging/rules/lanes.ts';
import { minuteOf, quietMinutesLeft } from '../../../src/messaging/rules/quiet-hours.ts';
import { quotaWindow } from '../../../src/messaging/rules/quota-window.ts';
import { decideRefusal, type Refusal } from '../../../src/messaging/rules/refusal.ts';

describe('quota windows', () => {
  const cases = [
    ['day', '2026-11-21', '2026-11-21', '2026-11-22'],
    ['week', '2026-11-21', '2026-11-16', '2026-11-23'],
    // The Monday of this week lies in the month, and the year, before.
    ['week', '2026-03-01', '2026-02-23', '2026-03-02'],
    ['week', '2027-01-01', '2026-12-28', '2027-01-04'],
    ['month', '2026-12-31', '2026-12-01', '2027-01-01'],
    ['month', '2028-02-29', '2028-02-01', '2028-03-01'],
    ['year', '2026-06-15', '2026-01-01', '2027-01-01'],
  ] as const;
  test.each(cases)('the %s of %s goes from %s to before %s', (unit, day, firstDay, nextFirstDay) => {
    expect(quotaWindow(unit, day)).toEqual({ firstDay, nextFirstDay });
  });

  test('every day lies in its window, and the day after a window begins the next', () => {
    const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom('day', 'week', 'month', 'year'), (date, unit) => {
        const day = date.toISOString().slice(0, 10);
        const { firstDay, nextFirstDay } = quotaWindow(unit, day);
        expect(firstDay <= day && day < nextFirstDay).toBe(true);
        expect(quotaWindow(unit, nextFirstDay).firstDay).toBe(nextFirstDay);
      }),
    );
  });
});

describe('quiet hours', () => {
  test.each([
    ['21:00', '08:00', '20:59', 0],
    ['21:00', '08:00', '21:00', 660],
    ['21:00', '08:00', '00:00', 480],
    ['21:00', '08:00', '07:59', 1],
    ['21:00', '08:00', '08:00', 0],
    ['12:00', '14:00', '13:00', 60],
    ['12:00', '12:00', '12:00', 0],
  ])('from %s to %s, at %s there are %i minutes left', (from, until, at, left) => {
    expect(quietMinutesLeft({ from: minuteOf(from), until: minuteOf(until) }, minuteOf(at))).toBe(left);
  });
});

describe('lanes', () => {
  test('each lane comes first often enough, the lowest every tenth time', () => {
    const firsts = Array.from({ length: 100 }, (_, turn) => laneOrder(turn)[0]);
    expect([0, 1, 2].map((lane) => firsts.filter((first) => first === lane).length)).toEqual([70, 20, 10]);
  });

  test('every lane is asked at every turn, in quiet hours only the urgent one', () => {
    for (let turn = 0; turn < 20; turn += 1) {
      expect([...laneOrder(turn)].sort()).toEqual([...LANES]);
      expect(withoutQuiet(laneOrder(turn), true)).toEqual([0]);
    }
  });
});

describe('the budget of a SIM', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const ago = (seconds: number, peer = 'a') => ({ at: new Date(now.getTime() - seconds * 1000), peer });

  test('without limits everything may go', () => {
    expect(allowanceOf({}, [ago(1)], now)).toEqual({ slices: Number.POSITIVE_INFINITY });
  });

  test('the tightest window decides, and tells until when', () => {
    const history = [ago(3_000), ago(50), ago(20)];
    expect(allowanceOf({ maxPerMinute: 3, maxPerHour: 4 }, history, now)).toEqual({ slices: 1 });
    expect(allowanceOf({ maxPerMinute: 2, maxPerHour: 4 }, history, now)).toEqual({ slices: 0, waitMs: 10_000 });
    expect(allowanceOf({ maxPerHour: 3 }, history, now)).toEqual({ slices: 0, waitMs: 600_000 });
  });

  test('a limit holds in every sliding window, whatever the traffic', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), (gaps) => {
        const sent: { at: Date; peer: string }[] = [];
        let at = now.getTime();
        for (const gap of gaps) {
          at += gap * 1000;
          const { slices } = allowanceOf({ maxPerMinute: 5 }, sent, new Date(at));
          if (slices > 0) sent.push({ at: new Date(at), peer: 'a' });
        }
        for (const one of sent) {
          const end = one.at.getTime();
          expect(
            sent.filter(({ at: t }) => t.getTime() <= end && t.getTime() > end - 60_000).length,
          ).toBeLessThanOrEqual(5);
        }
      }),
    );
  });

  test('known numbers stay allowed when no new ones are', () => {
    const history = [ago(100, 'a'), ago(90, 'b'), ago(80, 'a')];
    expect(allowanceOf({ maxRecipientsPerDay: 2 }, history, now).recipients).toEqual(['a', 'b']);
    expect(allowanceOf({ maxRecipientsPerDay: 3 }, history, now).recipients).toBeUndefined();
  });
});

describe('which modem', () => {
  const modem = (name: string, weight = 1, load = 0) => ({ id: name, name, weight, load });
  const modems = [modem('a'), modem('b'), modem('c')];
  const question = { peer: '+4915112345678', routes: [], modems };

  test('the sender’s choice beats everything', () => {
    const routes = [{ prefix: '+49', modems: ['b'] }];
    expect(chooseModem({ ...question, routes, sticky: 'c', pinned: 'a' })).toMatchObject({
      modemId: 'a',
      isFixed: true,
    });
  });

  test('a route limits who may take it, also the one the peer wrote to', () => {
    const routes = [{ prefix: '+49', modems: ['a', 'b'] }];
    expect(chooseModem({ ...question, routes, sticky: 'b' })).toMatchObject({ modemId: 'b', candidates: ['a', 'b'] });
    expect(chooseModem({ ...question, routes, sticky: 'c' })).toMatchObject({ modemId: null, candidates: ['a', 'b'] });
  });

  test('a route to modems that are switched off is none', () => {
    const routes = [{ prefix: '+49', modems: ['gone'] }];
    expect(chooseModem({ ...question, routes })).toMatchObject({ candidates: null, why: 'first free' });
  });

  test('weights share the load; weight 0 gets nothing by itself', () => {
    const weighted = [modem('a', 1, 2), modem('b', 3, 5), modem('c', 0)];
    expect(chooseModem({ ...question, modems: weighted })).toMatchObject({ modemId: 'b', why: 'weighted' });
    expect(chooseModem({ ...question, modems: weighted, sticky: 'c' })).toMatchObject({ modemId: 'c' });
  });
});

describe('a message’s own retries', () => {
  const refusal = (errorClass: Refusal['class']): Refusal => ({ text: 'no', advice: 'Wait.', class: errorClass });
  const policy = { temporary: 1, permanent: 1, modem: 0 };

  test('count for each class of refusal', () => {
    expect(decideRefusal(refusal('temporary'), 1, policy).kind).toBe('retry');
    expect(decideRefusal(refusal('temporary'), 2, policy).kind).toBe('fail');
    expect(decideRefusal(refusal('permanent'), 1, policy).kind).toBe('retry');
    expect(decideRefusal(refusal('modem'), 1, policy).kind).toBe('fail');
    expect(decideRefusal(refusal('ambiguous'), 1, policy).kind).toBe('hold');
  });
});
