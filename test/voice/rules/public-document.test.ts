import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/voice/rules/public-document.ts';

it('an address at which a call goes on looks the same whether or not the call had a name', () => {
  const gather = (query: string) => `<Gather action="https://pbx.example/voice?c=${query}" method="POST"/>`;
  expect(withoutSecrets(gather('payload.sign_ature-1&amp;Session=nameless-9x'))).toBe(gather('hidden'));
  expect(withoutSecrets(gather('payload.sign_ature-1'))).toBe(gather('hidden'));
});
