import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Authority, can, covers, grantsOf, isRole, ROLE_NAMES, reachOf } from '../../src/identity/permissions.ts';
import { authorityOf } from '../../src/identity/role/held-grants.ts';

const holding = (role: string): Authority => ({ grants: grantsOf(role) });

describe('roles', () => {
  test.each([
    ['owner', 'voice.extension.write', true],
    ['owner', 'identity.api_key.write', true],
    ['owner', 'platform.organization.read', false],
    ['voice_admin', 'voice.extension.write', true],
    ['voice_admin', 'sms.message.read', true],
    ['voice_admin', 'sms.message.write', false],
    ['voice_admin', 'identity.api_key.read', false],
    ['sms_supervisor', 'sms.message.write', true],
    ['sms_supervisor', 'sms.policy.write', true],
    ['sms_supervisor', 'sms.route.write', true],
    ['sms_supervisor', 'sms.suppression.write', true],
    ['sms_supervisor', 'sms.modem.write', false],
    ['reporter', 'voice.call.read', true],
    ['reporter', 'voice.call.write', false],
    ['reporter', 'identity.api_key.read', false],
    ['member', 'voice.call.read', false],
    ['member', 'directory.contact.read', true],
    ['desk', 'identity.enrollment.decide', true],
    ['desk', 'identity.person.write', false],
    ['finance', 'operations.vendor_payment.write', true],
    ['emperor', 'voice.call.read', false],
    ['__proto__', 'voice.call.read', false],
  ])('%s, %s: %s', (role, permission, may) => {
    expect(can(holding(role), permission)).toBe(may);
  });

  test('names from outside are told from roles', () => {
    expect(ROLE_NAMES.every(isRole)).toBe(true);
    expect(['', 'toString', 'Owner'].some(isRole)).toBe(false);
  });
});

describe('rows', () => {
  const engineer: Authority = { grants: grantsOf('engineer'), membershipId: 'me' };

  test('a permission for own rows holds for those, and passes nowhere that nobody asks for the row', () => {
    expect(can(engineer, 'operations.ticket.write', { ownerId: 'me' })).toBe(true);
    expect(can(engineer, 'operations.ticket.write', { ownerId: 'you' })).toBe(false);
    expect(can(engineer, 'operations.ticket.write', { ownerId: null })).toBe(false);
    expect(can(engineer, 'operations.ticket.write')).toBe(false);
    expect(can(engineer, 'operations.ticket.write', 'some')).toBe(true);
  });

  test('nobody owns the rows of nobody', () => {
    expect(can({ grants: grantsOf('engineer') }, 'operations.ticket.read', { ownerId: undefined as never })).toBe(
      false,
    );
  });

  test('a team role reaches the rows of that team only', () => {
    const member = authorityOf({
      roles: ['member'],
      custom: [],
      membershipId: 'me',
      teams: [
        { teamId: 'a', role: 'developer' },
        { teamId: 'b', role: 'guest' },
      ],
    });
    expect(can(member, 'transfers.run.write', { teamId: 'a' })).toBe(true);
    expect(can(member, 'transfers.run.write', { teamId: 'b' })).toBe(false);
    expect(can(member, 'transfers.run.read', { teamId: 'b' })).toBe(true);
    expect(can(member, 'transfers.connection.delete', { teamId: 'a' })).toBe(false);
    expect(can(member, 'transfers.run.read')).toBe(false);
    expect(reachOf(member, 'transfers.run.read').teamIds).toEqual(['a', 'b']);
    expect(reachOf(member, 'transfers.run.write').teamIds).toEqual(['a']);
  });

  test('what is not held reaches nothing', () => {
    expect(reachOf(holding('member'), 'voice.call.read')).toEqual({
      scope: 'own',
      membershipId: undefined,
      teamIds: [],
    });
  });
});

describe('patterns', () => {
  test.each([
    ['voice.*', 'voice.call.read', true],
    ['voice.*', 'voice.', false],
    ['voice.*', 'voicemail.box.read', false],
    ['*.read', 'voice.call.read', true],
    ['*.read', 'voice.call.readonly', false],
    ['sms.*.read', 'sms.read', false],
    ['sms.*.read', 'sms.message.read', true],
    ['a.*.c.*.e', 'a.b.c.d.e', true],
    ['a.*.c.*.e', 'a.b.c.e', false],
    ['*', 'platform.organization.write', false],
    ['*.read', 'platform.organization.read', false],
    ['platform.*', 'platform.organization.write', true],
    ['directory.contact.read', 'directoryXcontactXread', false],
  ])('%s covers %s: %s', (pattern, permission, does) => {
    expect(covers(pattern, permission)).toBe(does);
  });

  test('string work agrees with the regular expression it stands for', () => {
    const part = fc.constantFrom('a', 'ab', 'b', '*');
    const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    const text = fc
      .array(fc.constantFrom('a', 'ab', 'b'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('.'));
    fc.assert(
      fc.property(pattern, text, (left, right) => {
        const oracle = new RegExp(
          `^${left
            .split('*')
            .map((piece) => piece.replaceAll('.', '\\.'))
            .join('.+')}$`,
        );
        expect(covers(left, right)).toBe(oracle.test(right));
      }),
      { numRuns: 2_000 },
    );
  });
});
