import type { Config } from '../platform/config.ts';

/** Where people and Cloudonix find this service: PUBLIC_URL, else the address it listens on. */
export function publicUrlOf(config: Pick<Config, 'PUBLIC_URL' | 'HOST'>, port: number): string {
  return config.PUBLIC_URL ?? localUrlOf(config, port);
}

/** Where this machine finds it. An address that means every interface is none to go to. */
export function localUrlOf({ HOST }: Pick<Config, 'HOST'>, port: number): string {
  if (HOST === '0.0.0.0' || HOST === '::') return `http://127.0.0.1:${port}`;
  return `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${port}`;
}
