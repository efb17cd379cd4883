import type { Pkcs10CertificateRequest } from '@peculiar/x509';
import { AppError } from '../../core/errors.ts';
import { loadX509 } from './x509.ts';

/**
 * A certificate request whose proof of possession holds, whose only name is `subject`, exactly, and whose key is strong
 * enough. A name that merely contains the other (`foo` in `foobar`) is another name. Throws `certificate.request_invalid`.
 */
export async function parseRequest(pem: string, subject: string): Promise<Pkcs10CertificateRequest> {
  const request = await read(pem);
  if (!(await isSigned(request))) throw invalid('its signature does not belong to its key');
  const names = request.subjectName.getField('CN');
  const others = request.subjectName
    .toJSON()
    .flatMap((part) => Object.keys(part))
    .filter((name) => name !== 'CN');
  if (others.length > 0) throw invalid(`its subject may hold nothing but CN (it has ${others.join(', ')})`);
  if (names.length !== 1 || names[0] !== subject) throw invalid(`its CN must be exactly "${subject}"`);
  const algorithm = request.publicKey.algorithm as { name: string; modulusLength?: number; namedCurve?: string };
  const isStrong =
    (algorithm.name.startsWith('RSA') && (algorithm.modulusLength ?? 0) >= 2048) ||
    (algorithm.name === 'ECDSA' && ['P-256', 'P-384', 'P-521'].includes(algorithm.namedCurve ?? '')) ||
    algorithm.name === 'Ed25519';
  if (!isStrong) throw invalid('use an RSA key of 2048 bits or more, or an elliptic key of P-256 or more');
  return request;
}

async function read(pem: string): Promise<Pkcs10CertificateRequest> {
  const x509 = await loadX509();
  try {
    return new x509.Pkcs10CertificateRequest(pem);
  } catch (cause) {
    throw invalid('it is not a PEM certificate request', cause);
  }
}

async function isSigned(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch {
    return false;
  }
}

function invalid(why: string, cause?: unknown): AppError {
  return new AppError({
    code: 'certificate.request_invalid',
    kind: 'invalid',
    detail: `This certificate request cannot be signed: ${why}.`,
    problems: [{ path: 'csr', message: why }],
    cause,
  });
}
