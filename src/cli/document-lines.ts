/** A CXML document for people: a line a verb, without the frame that all have. */
export function documentLines(cxml: string): string[] {
  return cxml
    .replace(/^<\?xml[^>]*\?>/, '')
    .replaceAll('><', '>\n<')
    .split('\n')
    .filter((line) => line !== '' && !/^<\/?Response\/?>$/.test(line));
}
