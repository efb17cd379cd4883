import { webcrypto } from 'node:crypto';

const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
/** The password is of 120 random bits and good for one download: nobody gets anywhere by trying, however fast. */
const ITERATIONS = 2_048;

/**
 * A PKCS#12 container (RFC 7292) that browsers and telephones import: key, certificate and authority under one password,
 * with AES-256 and SHA-256 throughout.
 */
export async function toPkcs12(parts: {
  readonly certificate: string;
  readonly authority: string;
  readonly pkcs8: Uint8Array;
  readonly password: string;
  readonly name: string;
}): Promise<Uint8Array> {
  const pkijs = await import('pkijs');
  const crypto = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto });
  const password = asBuffer(new TextEncoder().encode(parts.password));
  const key = new pkijs.PKCS8ShroudedKeyBag({ parsedValue: pkijs.PrivateKeyInfo.fromBER(asBuffer(parts.pkcs8)) });
  await key.makeInternalValues(
    {
      password,
      contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256 },
      hmacHashAlgorithm: 'SHA-256',
      iterationCount: ITERATIONS,
    },
    crypto,
  );
  const authenticatedSafe = new pkijs.AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        {
          privacyMode: 0,
          value: new pkijs.SafeContents({
            safeBags: [
              new pkijs.SafeBag({ bagId: SHROUDED_KEY_BAG, bagValue: key }),
              ...[parts.certificate, parts.authority].map(
                (pem) =>
                  new pkijs.SafeBag({
                    bagId: CERTIFICATE_BAG,
                    bagValue: new pkijs.CertBag({ parsedValue: pkijs.Certificate.fromBER(asBuffer(derOf(pem))) }),
                  }),
              ),
            ],
          }),
        },
      ],
    },
  });
  await authenticatedSafe.makeInternalValues({ safeContents: [{}] }, crypto);
  const container = new pkijs.PFX({ parsedValue: { integrityMode: 0, authenticatedSafe } });
  await container.makeInternalValues(
    { password, iterations: ITERATIONS, pbkdf2HashAlgorithm: 'SHA-256', hmacHashAlgorithm: 'SHA-256' },
    crypto,
  );
  return new Uint8Array(container.toSchema().toBER(false));
}

function derOf(pem: string): Uint8Array {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

function asBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
