/**
 * True when `text` matches a pattern in which `*` stands for any run of characters (none included) and `?` for one.
 * Greedy with one point to fall back to, so that a hostile text costs at most the product of the two lengths; a
 * regular expression with several stars would not promise that.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let inText = 0;
  let star = -1;
  let starText = 0;
  while (inText < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      starText = inText;
      at += 1;
    } else if (wanted === '?' || wanted === text[inText]) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      starText += 1;
      inText = starText;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
