/** A line as transcripts may show it: what follows AT+CPIN=, AT+CPWD= and AT+CLCK= is left out. */
export function hideSecrets(text: string): string {
  return text.replace(/(\+(?:CPIN|CPWD|CLCK)=)(?!\?).*/is, '$1…');
}
