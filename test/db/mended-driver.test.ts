import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DRIVER_SOURCE, mendDriver } from '../../src/db/mended-driver.mjs';

const pathOf = (name: string) => fileURLToPath(new URL(`../../node_modules/postgres/src/${name}`, import.meta.url));

describe('the mended driver', () => {
  it.each(['connection.js', 'index.js'])(
    '%s of the installed version is said differently where it is mended',
    (name) => {
      const path = pathOf(name);
      const text = readFileSync(path, 'utf8');
      expect(DRIVER_SOURCE.test(path)).toBe(true);
      expect(mendDriver(path, text)).not.toBe(text);
    },
  );

  it('another version stops whoever puts the program together, and so does one that is mended already', () => {
    const path = pathOf('connection.js');
    const text = readFileSync(path, 'utf8');
    expect(() => mendDriver(path, text.replace('function nextWrite(fn)', 'function nextWrite(done)'))).toThrow(
      'has not once',
    );
    expect(() => mendDriver(path, mendDriver(path, text))).toThrow('not the version that is mended');
  });

  it('leaves its other sources alone', () => {
    expect(DRIVER_SOURCE.test(pathOf('query.js'))).toBe(false);
    expect(mendDriver(pathOf('query.js'), 'as it is')).toBe('as it is');
  });
});
