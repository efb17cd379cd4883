/** The largest request body anybody sends here is a CDR of a few kilobytes. */
export const LARGEST_BODY_BYTES = 256 * 1024;

/** The body as text; undefined when it is too large. A body without a length is measured while it arrives. */
export async function readBody(request: Request): Promise<string | undefined> {
  const announced = request.headers.get('content-length');
  if (announced !== null) return Number(announced) > LARGEST_BODY_BYTES ? undefined : request.text();
  if (request.body === null) return '';
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size > LARGEST_BODY_BYTES) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}
