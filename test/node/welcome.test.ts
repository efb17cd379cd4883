import { expect, test } from 'vitest';
import { welcome } from '../../src/node/welcome.ts';

const demo = { requestsApiKey: 'key', domain: 'demo.example', apiKey: 'sh_key', signInCode: 'code' };
const linksOf = (text: string) => text.match(/https?:\/\/\S+/g) ?? [];

test('behind a public address, links for people name it and what is pasted goes to this machine', () => {
  const url = 'http://127.0.0.1:45678';
  const publicUrl = 'https://phone.example';
  const text = welcome({ url, publicUrl, demo: demo as never, bootstrapCode: 'ABCD-EFGH-JKLM' });
  expect(linksOf(text)).toEqual([
    publicUrl,
    `${publicUrl}/sign-in?code=code`,
    `${publicUrl}/bootstrap#ABCD-EFGH-JKLM`,
    `${url}/webhooks/cloudonix/voice`,
    `${url}/api/v1/messages`,
    `${publicUrl}/demo/phone`,
  ]);
});

test('without a demo and with an owner there is nothing but the address', () => {
  const url = 'http://127.0.0.1:8080';
  expect(linksOf(welcome({ url, publicUrl: url, demo: undefined, bootstrapCode: undefined }))).toEqual([url]);
});
