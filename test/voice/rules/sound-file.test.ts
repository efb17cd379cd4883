import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSoundFile } from '../../../src/voice/rules/sound-file.ts';
import { id3, mp3, wav } from '../../support/sounds.ts';

describe('a sound file is what its bytes say', () => {
  it.each([
    ['WAV', wav(1500), { mediaType: 'audio/wav', durationMs: 1500 }],
    ['WAV in A-law', wav(500, { format: 6 }), { mediaType: 'audio/wav', durationMs: 500 }],
    ['MP3', mp3(100), { mediaType: 'audio/mpeg', durationMs: 2612 }],
    ['MP3 with a tag before', mp3(10, id3(300)), { mediaType: 'audio/mpeg', durationMs: 261 }],
    ['MP3 with a tag behind', Buffer.concat([mp3(10), Buffer.from('TAG'.padEnd(128))]), { durationMs: 261 }],
  ])('%s', (_, bytes, expected) => {
    expect(readSoundFile(bytes)).toMatchObject(expected);
  });

  it.each([
    ['nothing', Buffer.alloc(0), /neither WAV nor MP3/],
    ['a web page with the ending of a sound', Buffer.from('<html><script>alert(1)</script></html>'), /neither WAV/],
    ['a program', Buffer.from('\u007fELF\u0002\u0001\u0001'), /neither WAV/],
    ['a WAV cut off', wav(1000).subarray(0, 4000), /cut off/],
    ['a WAV without sound', wav(0), /holds no sound/],
    ['a WAV of MP3', wav(1000, { format: 0x55 }), /compressed/],
    ['a WAV with six channels', wav(1000, { channels: 6 }), /two channels/],
    ['a WAV that is a header only', Buffer.from('RIFF\u0000\u0000\u0000\u0000WAVE'), /no sound/],
    ['one MP3 frame and then a program', Buffer.concat([mp3(1), Buffer.alloc(9000, 7)]), /damaged/],
    ['some MP3 and a longer something else', Buffer.concat([mp3(10), Buffer.alloc(60_000, 7)]), /damaged/],
    ['half an hour and more', wav(31 * 60_000), /longer than 30 minutes/],
  ])('%s is refused, saying why', (_, bytes, complaint) => {
    expect(readSoundFile(bytes)).toMatch(complaint);
  });

  it('of any bytes never throws, and never lasts less than nothing', () => {
    const start = fc.constantFrom(Buffer.alloc(0), wav(10), mp3(5), id3(50));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), fc.nat(), (begin, noise, at) => {
        const bytes = Buffer.concat([begin.subarray(0, at % (begin.length + 1)), noise, begin]);
        const sound = readSoundFile(bytes);
        expect(typeof sound === 'string' ? 0 : sound.durationMs).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
