import { AppError } from '../../core/errors.ts';
import type { Context } from '../../db/context.ts';
import { VOICE_PATH } from '../../webhooks/index.ts';
import type { CloudonixSettings } from '../cloudonix-settings.ts';
import { readDocument } from '../plan/document.ts';
import { type Drift, driftOf, type Seen, type Wanted } from '../rules/cloudonix-drift.ts';
import type { CloudonixClient } from './client.ts';
import type { CloudonixDeps } from './deps.ts';
import type { CloudonixDnid, CloudonixDomain, CloudonixTrunk } from './shapes.ts';
import { listOwnSubscribers } from './subscriber-passwords.ts';

/** Both sides, laid beside each other. */
export interface Survey {
  readonly domain: CloudonixDomain;
  readonly wanted: Wanted;
  readonly trunks: readonly CloudonixTrunk[];
  readonly dnids: readonly CloudonixDnid[];
  readonly drift: readonly Drift[];
}

/** Reads both sides; changes nothing. Five requests, so a domain's budget of ten in ten seconds is kept. */
export async function survey(
  context: Context,
  deps: CloudonixDeps,
  settings: CloudonixSettings,
  client: CloudonixClient,
): Promise<Survey> {
  const wanted = await readWanted(context, deps, settings);
  // The first proves key and domain; the others would only repeat its complaint.
  const domain = await client.domain();
  const [applications, subscribers, trunks, dnids] = await Promise.all([
    client.applications(),
    client.subscribers(),
    client.trunks(),
    client.dnids(),
  ]);
  const { profile, defaultApplication } = domain;
  const seen: Seen = { profile, defaultApplication, applications, subscribers, trunks, dnids };
  return { domain, wanted, trunks, dnids, drift: driftOf(wanted, seen) };
}

async function readWanted(context: Context, deps: CloudonixDeps, settings: CloudonixSettings): Promise<Wanted> {
  const document = await readDocument(context);
  const publicUrl = deps.publicUrl();
  requirePublic(publicUrl);
  return {
    ...addressesOf(publicUrl, settings.webhookToken),
    requestsApiKey: settings.requestsApiKey,
    callTimeoutSeconds: settings.noAnswerTimeoutSeconds,
    phones: document.extensions
      .filter(({ type }) => type === 'user')
      .map(({ number, status }) => ({ number, isActive: status === 'active' })),
    ownSubscribers: await listOwnSubscribers(context),
    numbers: document.numbers.filter(({ status }) => status === 'active').map(({ number }) => number),
    trunks: document.outboundWhitelist.filter(({ status }) => status === 'active').map(({ trunk }) => trunk),
  };
}

/** Addresses that mean this machine or this building, and nothing to Cloudonix. */
const NOT_PUBLIC =
  /^(localhost|0\.0\.0\.0|127\..*|10\..*|192\.168\..*|169\.254\..*|172\.(1[6-9]|2\d|3[01])\..*|\[?(::1?|f[cd].*|fe80.*)\]?|.*\.local)$/i;

/** Writing an address into Cloudonix that it cannot reach would silence the domain. */
function requirePublic(publicUrl: string): void {
  const { hostname } = new URL(publicUrl);
  if (!NOT_PUBLIC.test(hostname)) return;
  throw new AppError({
    code: 'cloudonix.address_not_public',
    kind: 'conflict',
    detail: `Cloudonix cannot reach ${hostname}. Set PUBLIC_URL to the address of this service on the internet, e.g. https://pbx.example.com, and try again.`,
  });
}

/** Where Cloudonix reaches us. The token makes the last two secret. */
export function addressesOf(
  publicUrl: string,
  webhookToken: string,
): Pick<Wanted, 'voiceUrl' | 'sessionUrl' | 'cdrUrl'> {
  const base = publicUrl.replace(/\/+$/, '');
  return {
    voiceUrl: `${base}${VOICE_PATH}`,
    sessionUrl: `${base}/webhooks/cloudonix/session/${webhookToken}`,
    cdrUrl: `${base}/webhooks/cloudonix/cdr/${webhookToken}`,
  };
}
