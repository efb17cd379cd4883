import { query } from './at/command.ts';
import { afterPrefix, splitFields, toInteger } from './at/fields.ts';
import type { Commander } from './channel.ts';
import { answerOf } from './modem-error.ts';
import type { Gauge, ModemProfile } from './profiles/index.ts';

export interface GaugeReadings {
  readonly temperatureCelsius?: number;
  readonly voltage?: number;
}

/** Readings outside are the modem's way of saying "no sensor" (65535, 255, -1). */
const TEMPERATURES = [-40, 125] as const;
const VOLTAGES = [0.5, 60] as const;

/** Temperature and supply voltage, where the profile knows how to ask and the answer makes sense. */
export async function readGauges(commander: Commander, profile: ModemProfile): Promise<GaugeReadings> {
  const temperatureCelsius = await read(commander, profile.temperature, TEMPERATURES);
  const voltage = await read(commander, profile.voltage, VOLTAGES);
  return {
    ...(temperatureCelsius === undefined ? {} : { temperatureCelsius }),
    ...(voltage === undefined ? {} : { voltage }),
  };
}

async function read(
  commander: Commander,
  gauge: Gauge | undefined,
  [least, most]: readonly [number, number],
): Promise<number | undefined> {
  if (gauge === undefined) return undefined;
  const lines = answerOf(await commander.execute(query(gauge.command, gauge.prefix)));
  const rest = lines.map((line) => afterPrefix(line, gauge.prefix)).find((text) => text !== undefined);
  // Some put the unit behind the number: `4.012V`, `27C`.
  const text = splitFields(rest ?? '')[gauge.field]?.text ?? '';
  const whole = toInteger(text);
  const [decimal] = /^-?\d+\.\d+/.exec(text) ?? [];
  const value = decimal === undefined ? (whole === undefined ? undefined : whole * gauge.scale) : Number(decimal);
  if (value === undefined || value < least || value > most) return undefined;
  return Math.round(value * 100) / 100;
}
