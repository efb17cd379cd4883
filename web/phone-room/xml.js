/* A document as a person reads it. */

/**
 * One element a line, indented by depth, the signed state of the call shortened; for the eye only.
 *
 * @param {string} xml
 */
export function indented(xml) {
  let depth = 0;
  const short = xml.replace(/([?&;][a-z]=)[\w.~-]{24,}/g, '$1…');
  const lines = short.replace(/>\s*</g, '>\n<').split('\n');
  return lines
    .map((line) => {
      if (line.startsWith('</')) depth = Math.max(0, depth - 1);
      const text = '  '.repeat(depth) + line;
      if (/^<[A-Za-z][^>]*[^/]>$/.test(line) || /^<[A-Za-z]>$/.test(line)) depth += 1;
      return text;
    })
    .join('\n');
}
