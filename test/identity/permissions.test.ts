import { describe, expect, test } from 'vitest';
import { isRole, permissionsOf, ROLE_NAMES } from '../../src/identity/permissions.ts';

describe('roles', () => {
  test.each([
    ['owner', 'voice.extension.write', true],
    ['owner', 'identity.api_key.write', true],
    ['voice_admin', 'voice.extension.write', true],
    ['voice_admin', 'sms.message.read', true],
    ['voice_admin', 'sms.message.write', false],
    ['voice_admin', 'identity.api_key.read', false],
    ['sms_supervisor', 'sms.message.write', true],
    ['sms_supervisor', 'sms.modem.write', false],
    ['reporter', 'voice.call.read', true],
    ['reporter', 'voice.call.write', false],
    ['reporter', 'identity.api_key.read', false],
    ['member', 'voice.call.read', false],
    ['member', 'directory.contact.read', true],
    ['emperor', 'voice.call.read', false],
    ['__proto__', 'voice.call.read', false],
  ])('%s, %s: %s', (role, permission, may) => {
    expect(permissionsOf(role)(permission)).toBe(may);
  });

  test('a dot in a pattern is a dot', () => {
    expect(permissionsOf('member')('directoryXcontactXread')).toBe(false);
  });

  test('names from outside are told from roles', () => {
    expect(ROLE_NAMES.every(isRole)).toBe(true);
    expect(['', 'toString', 'Owner'].some(isRole)).toBe(false);
  });
});
