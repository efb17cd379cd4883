import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalInConstantTime, fromBase64Url, toBase64Url } from '../core/bytes.ts';
import type { CallState } from '../routing/index.ts';

/** A call does not outlive this; a token that leaked is worthless afterwards. */
const LIFETIME_SECONDS = 4 * 60 * 60;

/** 128 bits of HMAC-SHA-256 (RFC 2104 section 5 allows truncation to half): no forgery, and short URLs. */
const MAC_BYTES = 16;

/** Whom a token belongs to. Not inside the token, but under its signature: it fits this call of this organization only. */
export interface TokenOwner {
  readonly organizationId: string;
  readonly callToken: string;
}

/** What a call remembers, as text that goes into a URL and comes back: `payload.signature`. */
export function signState(key: Uint8Array, owner: TokenOwner, state: CallState, nowMs: number): string {
  const expiresAt = Math.floor(nowMs / 1000) + LIFETIME_SECONDS;
  const payload = toBase64Url(encoder.encode(JSON.stringify([expiresAt, state])));
  return `${payload}.${toBase64Url(macOf(key, owner, payload))}`;
}

/** The state of a token of ours that belongs to this call and has not expired; undefined for any other text. */
export function openState(key: Uint8Array, owner: TokenOwner, token: string, nowMs: number): CallState | undefined {
  const [payload, signature, ...rest] = token.split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
  const given = fromBase64Url(signature);
  if (given === undefined || !equalInConstantTime(given, macOf(key, owner, payload))) return undefined;
  const bytes = fromBase64Url(payload);
  if (bytes === undefined) return undefined;
  // The signature is ours, so the content has the shape we gave it.
  const [expiresAt, state] = JSON.parse(decoder.decode(bytes)) as [number, CallState];
  return expiresAt * 1000 > nowMs ? state : undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function macOf(key: Uint8Array, owner: TokenOwner, payload: string): Uint8Array {
  const message = JSON.stringify([owner.organizationId, owner.callToken, payload]);
  return hmac(sha256, key, encoder.encode(message)).subarray(0, MAC_BYTES);
}
