import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** One HTTP message as a fixture holds it. */
export interface SampleMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const OWN = new URL('../fixtures/cloudonix/', import.meta.url);
const SHARED = new URL('../../../shared/reference/cloudonix-samples/', import.meta.url);

/** The larger set of samples beside the repository; undefined (and said once) where it is not. */
export function sharedSamples(): URL | undefined {
  if (existsSync(SHARED)) return SHARED;
  console.warn('skipped: the shared Cloudonix samples are not beside this checkout');
  return undefined;
}

export function ownSample(name: string): SampleMessage {
  return readMessage(new URL(name, OWN));
}

export function sampleNames(directory: URL, suffix: string): readonly string[] {
  return readdirSync(directory).filter((name) => name.endsWith(suffix));
}

/** A fixture is a message with headers and body, or a bare body. */
export function readMessage(url: URL): SampleMessage {
  const value: unknown = JSON.parse(readFileSync(url, 'utf8'));
  return typeof value === 'object' && value !== null && 'headers' in value && 'body' in value
    ? (value as SampleMessage)
    : { headers: { 'content-type': 'application/json' }, body: value };
}
