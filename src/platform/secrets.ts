import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';

export interface SealedSecret {
  readonly keyId: string;
  /** 12 bytes nonce, 16 bytes tag, then the ciphertext. */
  readonly ciphertext: Uint8Array;
}

/** Seals and opens secrets at rest. */
export interface SecretBox {
  /** The id of the key that seals now. */
  readonly keyId: string;
  /** `context` (tenant and purpose) is authenticated: a ciphertext does not open in another place. */
  seal(plaintext: string, context: string): SealedSecret;
  /** Throws `secret.key_unknown` or `secret.damaged`. */
  open(sealed: SealedSecret, context: string): string;
  /** A key for another use, derived from the master key; `label` keeps uses apart. */
  derive(label: string): Uint8Array;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) under the first of `masterKeys`; the others only open, so that a key can be rotated:
 * put the new key first, run `switchhook secrets rotate`, then remove the old one.
 */
export function createSecretBox(masterKeys: readonly [string, ...string[]]): SecretBox {
  const keys = new Map(masterKeys.map((text) => [keyIdOf(text), derive(text, 'secrets')]));
  const [current] = masterKeys;
  const keyId = keyIdOf(current);
  return {
    keyId,
    seal(plaintext, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOf(keyId), nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return { keyId, ciphertext: new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body])) };
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed.ciphertext);
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(sealed.keyId), bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        throw new AppError({
          code: 'secret.damaged',
          kind: 'internal',
          detail: 'A stored secret cannot be read. Enter it again.',
          cause,
        });
      }
    },
    derive: (label) => derive(current, label),
  };

  function keyOf(id: string): Buffer {
    const key = keys.get(id);
    if (key !== undefined) return key;
    throw new AppError({
      code: 'secret.key_unknown',
      kind: 'internal',
      detail: `A stored secret was sealed with key ${id}, which is not configured. Put the former SECRET_KEY into SECRET_KEY_PREVIOUS.`,
    });
  }
}

function derive(master: string, label: string): Buffer {
  return createHash('sha256').update(`switchhook:${label}:`).update(master).digest();
}

function keyIdOf(master: string): string {
  return derive(master, 'key-id').toString('hex').slice(0, 8);
}
