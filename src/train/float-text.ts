/**
 * The shortest decimal that reads back as the same float32, in the form of XGBoost's own files:
 * `1.5E-2`. The exponent is always there: XGBoost's reader takes digits alone for an integer, and
 * refuses an integer where a float belongs. At most nine digits, which its fast reader takes exactly.
 */
export function float32Text(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0E0' : '0E0';
  // Digits beyond a shorter decimal come out as zeros, so trying from six on is enough.
  for (let digits = 6; digits <= 9; digits++) {
    const text = value.toExponential(digits - 1);
    if (digits === 9 || Math.fround(Number(text)) === value) {
      const [mantissa, exponent] = text.split('e') as [string, string];
      return `${mantissa.replace(/\.?0+$/, '')}E${exponent.replace('+', '')}`;
    }
  }
  throw new RangeError(`${value} has no decimal form.`);
}
