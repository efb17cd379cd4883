import { PassThrough, Readable } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { decodeLine, encodeLine, registerPdu } from '../../src/cli/pdu.ts';

const DELIVER = '07911326040000F0040B911346610089F60000208062917314480CC8F71D14969741F977FD07';
const SUBMIT = '0021000C91346610325476000010D7B2FC07AA813665D086F75E6F7C';

class Exit extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/** Runs the command line in memory. */
async function run(args: readonly string[], stdin: Iterable<string | Uint8Array> = []) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const program = new Command('switchhook').configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  });
  registerPdu(program, {
    stdin: Readable.from(stdin),
    stdout,
    stderr,
    exit: (status) => {
      throw new Exit(status);
    },
  });
  let status = 0;
  try {
    await program.parseAsync(['pdu', ...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    status = error.status;
  }
  stdout.end();
  await new Promise((resolve) => stdout.once('end', resolve));
  const out = Buffer.concat(chunks).toString();
  return { status, out, err: String(stderr.read() ?? ''), lines: out.split('\n').filter((line) => line !== '') };
}

describe('decodeLine', () => {
  it('prints a DELIVER as promised, key by key', () => {
    expect(decodeLine(` ${DELIVER}\r`)).toBe(
      '{"ok":true,"type":"deliver","smsc":"+31624000000","address":{"number":"+31641600986","type":"international"},' +
        '"timestamp":"2002-08-26T19:37:41-01:00","pid":0,"dcs":{"value":0,"encoding":"gsm7","class":null},' +
        '"concat":null,"text":"How are you?","data":null,"udh":[]}',
    );
  });

  it('prints the elements and the place of a slice', () => {
    const slice = '00440481214300006230908070604009050003070301B04C';
    expect(JSON.parse(decodeLine(slice) ?? '')).toMatchObject({
      concat: { reference: 7, total: 3, sequence: 1, width: 8 },
      udh: [{ id: 0, data: '070301' }],
      text: 'XL',
    });
  });

  it('prints why a line cannot be read', () => {
    expect(JSON.parse(decodeLine('0791') ?? '')).toEqual({
      ok: false,
      error: { code: 'pdu.truncated', message: expect.stringContaining('service centre') },
    });
  });

  it('has no answer for a blank line', () => {
    expect(decodeLine(' \t\r')).toBeNull();
  });
});

describe('encodeLine', () => {
  it('answers a message with its PDUs', () => {
    expect(encodeLine('{"to":"+436601234567","text":"Wer? 5 € [ok]","statusReport":true}')).toBe(
      `{"ok":true,"encoding":"gsm7","pdus":["${SUBMIT}"]}`,
    );
  });

  it.each([
    ['no JSON', '{', 'pdu.not_json'],
    ['no object', '7', 'pdu.message_invalid'],
    ['no recipient', '{"text":"x"}', 'pdu.message_invalid'],
    ['a bad width', '{"to":"1","text":"x","width":9}', 'pdu.message_invalid'],
    ['a name as recipient', '{"to":"MyBank","text":"x"}', 'pdu.recipient_invalid'],
    ['a reference too wide', '{"to":"1","text":"x","reference":256}', 'pdu.reference_invalid'],
  ])('answers %s with an error', (_, line, code) => {
    expect(JSON.parse(encodeLine(line) ?? '')).toMatchObject({ ok: false, error: { code } });
  });
});

describe('pdu decode', () => {
  it('answers each line in order, skips blank ones and goes on after damage', async () => {
    const { lines, status } = await run(['decode'], [`${DELIVER}\n\n`, 'zz\r\n', SUBMIT.slice(0, 9), SUBMIT.slice(9)]);
    expect(lines.map((line) => JSON.parse(line).type ?? JSON.parse(line).error.code)).toEqual([
      'deliver',
      'pdu.not_hex',
      'submit',
    ]);
    expect(status).toBe(0);
  });

  it('an over-long line is answered once and skipped', async () => {
    const flood = Array.from({ length: 40 }, () => '0'.repeat(65_536));
    const { lines } = await run(['decode'], [...flood, `\n${DELIVER}\n`]);
    expect(lines.map((line) => JSON.parse(line).type ?? JSON.parse(line).error.code)).toEqual([
      'pdu.line_too_long',
      'deliver',
    ]);
  });

  it('--no-smsc and --direction choose the reading', async () => {
    const bare = DELIVER.slice(16);
    const { lines } = await run(['decode', '--no-smsc', '--direction', 'deliver', '--json'], [bare]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ok: true, smsc: null, text: 'How are you?' });
    expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('repairs');
  });

  it('--lenient reads what is left of a damaged PDU', async () => {
    const { lines } = await run(['decode', '--lenient'], [DELIVER.slice(0, -4)]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ text: 'How are yo', repairs: ['user_data_cut'] });
  });

  it('waits for a slow reader instead of collecting answers', async () => {
    const stdout = new PassThrough({ highWaterMark: 1024 });
    let given = 0;
    async function* source() {
      for (; given < 2000; given += 1) yield `${DELIVER}\n`;
    }
    const program = new Command('switchhook');
    registerPdu(program, { stdin: source(), stdout, stderr: new PassThrough(), exit: () => undefined });
    const done = program.parseAsync(['pdu', 'decode'], { from: 'user' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThan(20);
    let answered = 0;
    for await (const chunk of stdout) {
      answered += String(chunk).split('\n').length - 1;
      if (answered === 2000) stdout.end();
    }
    await done;
    expect(answered).toBe(2000);
  });

  it('ends quietly when the reader goes away', async () => {
    const stdout = new PassThrough({ highWaterMark: 16 });
    const program = new Command('switchhook');
    const stdin = Readable.from(Array.from({ length: 100 }, () => `${DELIVER}\n`));
    registerPdu(program, { stdin, stdout, stderr: new PassThrough(), exit: () => undefined });
    const done = program.parseAsync(['pdu', 'decode'], { from: 'user' });
    stdout.destroy(new Error('EPIPE'));
    await expect(done).resolves.toBeDefined();
  });
});

describe('pdu encode', () => {
  const to = ['encode', '--to', '+436601234567'];

  it('prints one PDU a line', async () => {
    expect(await run([...to, '--text', 'Wer? 5 € [ok]', '--status-report'])).toMatchObject({
      lines: [SUBMIT],
      status: 0,
    });
    expect((await run([...to, '--text', 'x'.repeat(161)])).lines).toHaveLength(2);
  });

  it('puts reference, width and class where they belong', async () => {
    const { lines } = await run([
      ...to,
      ...['--text', 'x'.repeat(161), '--reference', '513', '--width', '16', '--class', '0', '--json'],
    ]);
    const [first = ''] = JSON.parse(lines[0] ?? '').pdus as readonly string[];
    expect(JSON.parse(decodeLine(first) ?? '')).toMatchObject({
      concat: { reference: 513, total: 2, sequence: 1, width: 16 },
      dcs: { value: 16, class: 0 },
    });
  });

  it('without --reference the reference is 0', async () => {
    const { lines } = await run([...to, '--text', 'x'.repeat(161)]);
    expect(JSON.parse(decodeLine(lines[1] ?? '') ?? '').concat).toMatchObject({ reference: 0, sequence: 2 });
  });

  it('reads messages from stdin when there is no --text', async () => {
    const { lines } = await run(['encode'], ['{"to":"+436601234567","text":"x"}\n\n{"to":"x","text":"y"}\n']);
    expect(lines.map((line) => JSON.parse(line).ok)).toEqual([true, false]);
  });

  it.each([
    ['an unknown option', [...to, '--text', 'x', '--bogus']],
    ['--to without --text', to],
    ['--text without --to', ['encode', '--text', 'x']],
    ['a width of 9', [...to, '--text', 'x', '--width', '9']],
    ['a class of 4', [...to, '--text', 'x', '--class', '4']],
    ['a reference that is no number', [...to, '--text', 'x', '--reference', 'x']],
    ['a name as recipient', ['encode', '--to', 'MyBank', '--text', 'x']],
    ['an unknown direction', ['decode', '--direction', 'up']],
  ])('%s is wrong use', async (_, args) => {
    const { status, out, err } = await run(args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('error:');
  });

  it('a text that is too long fails with words', async () => {
    const { status, err } = await run([...to, '--text', 'x'.repeat(39_016)]);
    expect(status).toBe(1);
    expect(err).toContain('255 slices');
  });

  it.each(['decode', 'encode'])('%s --help shows an example', async (command) => {
    const { status, out } = await run([command, '--help']);
    expect(status).toBe(0);
    expect(out).toContain('Example:');
  });
});
