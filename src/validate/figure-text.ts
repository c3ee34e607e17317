/**
 * A figure of a check for a person: rows for `min_records`, percent for every other check, cut and
 * never rounded up so that 99.996% does not read as 100%.
 */
export function figureText(check: string, figure: number | null): string {
  if (figure === null) return 'nothing';
  if (check === 'min_records') return `${Math.round(figure)} rows`;
  if (Number.isInteger(figure)) return `${figure}%`;
  return `${(Math.floor(figure * 100) / 100).toFixed(2)}%`;
}
