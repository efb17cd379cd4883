/** A telephone number as logs may show it: the country and the last two digits stay (`+12••••••••23`). */
export function maskNumber(number: string): string {
  const digits = number.replace(/[^0-9]/g, '').length;
  if (digits < 7) return number;
  let seen = 0;
  return number.replace(/[0-9]/g, (digit) => {
    seen += 1;
    return seen <= 2 || seen > digits - 2 ? digit : '•';
  });
}

/** Masks every run of seven or more digits inside a text, for error messages that quote what they were given. */
export function maskNumbersIn(text: string): string {
  return text.replace(/\+?[0-9][0-9 ().-]{5,}[0-9]/g, maskNumber);
}
