/** Everything XML 1.0 does not allow (section 2.2), lone surrogates included: it would make the document unreadable. */
const ILLEGAL =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Most text needs nothing done; one look tells. */
const SUSPICIOUS = /[&<>"\u0000-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;

/** Text between tags, escaped once; characters illegal in XML 1.0 are dropped. */
export function escapeText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(ILLEGAL, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text inside a double-quoted attribute, escaped once. Line breaks are kept as references, or a reader would lose them. */
export function escapeAttribute(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return escapeText(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;');
}
