import { binaryFromBase64Url, binaryToBase64Url, equalInConstantTime } from '../core/bytes.ts';
import type { CallState } from '../routing/index.ts';
import { type Digests, portableDigests } from './digest.ts';

/** A call does not outlive this; a token that leaked is worthless afterwards. */
const LIFETIME_SECONDS = 4 * 60 * 60;

/** 128 bits of HMAC-SHA-256 (RFC 2104 section 5 allows truncation to half): no forgery, and short URLs. */
const MAC_BYTES = 16;

/** Whom a token belongs to. Not inside the token, but under its signature: it fits this call of this organization only. */
export interface TokenOwner {
  readonly organizationId: string;
  readonly callToken: string;
}

/** Signs and opens the tokens of one installation. Made once: the key is digested once, not with every token. */
export interface Continuations {
  /** What a call remembers, and the plan it goes by, as text that goes into a URL and comes back: `payload.signature`. */
  sign(owner: TokenOwner, state: CallState, nowMs: number, planVersion?: number): string;
  /** The state of a token of ours that belongs to this call and has not expired; undefined for any other text. */
  open(owner: TokenOwner, token: string, nowMs: number): CallState | undefined;
}

export function createContinuations(key: Uint8Array, digests: Digests = portableDigests): Continuations {
  const codeOf = digests.hmacSha256(key);

  const signatureOf = (owner: TokenOwner, json: string): string =>
    binaryToBase64Url(codeOf(JSON.stringify([owner.organizationId, owner.callToken]) + json).slice(0, MAC_BYTES));

  return {
    sign(owner, state, nowMs, planVersion = state.planVersion) {
      const json = asciiJson(packed(state, planVersion, Math.floor(nowMs / 1000) + LIFETIME_SECONDS));
      return `${binaryToBase64Url(json)}.${signatureOf(owner, json)}`;
    },
    open(owner, token, nowMs) {
      const [payload, signature, ...rest] = token.split('.');
      if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
      const json = binaryFromBase64Url(payload);
      if (json === undefined || !equalInConstantTime(signatureOf(owner, json), signature)) return undefined;
      // The signature is ours, so the content has the shape we gave it.
      const { state, expiresAt } = unpacked(JSON.parse(json) as Packed);
      return expiresAt * 1000 > nowMs ? state : undefined;
    },
  };
}

/** A state without the names of its fields: the token is part of a URL, and signing costs by length. */
type Packed = readonly [
  expiresAt: number,
  origin: CallState['origin'],
  did: string | null,
  node: string,
  position: CallState['position'],
  documents: number,
  visits: CallState['visits'],
  planVersion?: number | null,
  menus?: readonly string[],
];

function packed(state: CallState, planVersion: number | undefined, expiresAt: number): Packed {
  const { origin, did = null, node, position, documents, visits, menus } = state;
  const version = planVersion ?? null;
  if (menus === undefined) return [expiresAt, origin, did, node, position, documents, visits, version];
  return [expiresAt, origin, did, node, position, documents, visits, version, menus];
}

function unpacked([expiresAt, origin, did, node, position, documents, visits, planVersion, menus]: Packed) {
  const state: CallState = {
    origin,
    ...(did === null ? {} : { did }),
    node,
    position,
    documents,
    visits,
    ...(planVersion === undefined || planVersion === null ? {} : { planVersion }),
    ...(menus === undefined ? {} : { menus }),
  };
  return { state, expiresAt };
}

/** JSON in ASCII only, so that it is its own bytes: names may hold any letter. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\u0000-\u007F]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
