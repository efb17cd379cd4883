import { expect, test } from 'vitest';
import { modemResource } from '../../src/messaging/index.ts';

test.each([
  '/dev/ttyUSB0',
  '/dev/serial/by-id/usb-x',
  '/tmp/pty/host',
  'tcp://10.0.0.5:7000',
  'tcp://[::1]:7000',
  'sim:',
  'sim:fast',
  'COM3',
])('a modem may be at %s', (path) => {
  expect(modemResource.schema.parse({ name: 'm1', path })).toEqual({
    name: 'm1',
    path,
    weight: 1,
    baudRate: 115_200,
    flowControl: false,
    status: 'active',
  });
});

test.each([
  [{ name: 'm1', path: 'ttyUSB0' }, /\/dev\/ttyUSB0/],
  [{ name: 'm1', path: '/' }, /\/dev\/ttyUSB0/],
  [{ name: 'm1', path: 'tcp://host' }, /tcp:\/\/host:port/],
  [{ name: 'm1', path: 'tcp://host:70000' }, /tcp:\/\/host:port/],
  [{ name: '', path: 'sim:' }, /1 to 63/],
  [{ path: 'sim:' }, /name/],
  [{ name: 'm1', path: 'sim:', pin: 1234 }, /quotes/],
  [{ name: 'm1', path: 'sim:', pin: '12' }, /4 to 8 digits/],
  [{ name: 'm1', path: 'sim:', baudRate: 5 }, /300/],
  [{ name: 'm1', path: 'sim:', status: 'on' }, /active or inactive/],
  [{ name: 'm1', path: 'sim:', speed: 9600 }, /speed/],
])('%j is refused with what to do', (form, words) => {
  const parsed = modemResource.schema.safeParse(form);
  expect(parsed.error?.issues.map((issue) => issue.message).join('; ')).toMatch(words);
});
