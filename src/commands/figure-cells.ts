import type { PairedDifference } from '../train/bootstrap.ts';

/** Points with decimals; `-` where there is no figure. */
export function pointsText(points: number | null, decimals = 3): string {
  return points === null ? '-' : points.toFixed(decimals);
}

/** A share of rows in percent: `80.3%`. */
export function coverageText(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)}%`;
}

/** By how much the model is closer, and the interval of that: `5.4%`, `4.9% to 5.9%`; two blanks without a comparison. */
export function gainText(against: PairedDifference | undefined): [string, string] {
  if (against === undefined) return ['', ''];
  const { gain_percent, gain_low, gain_high } = against;
  const percent = (gain: number) => `${gain.toFixed(1)}%`;
  return [
    gain_percent === null ? '-' : percent(gain_percent),
    gain_low === null || gain_high === null ? '-' : `${percent(gain_low)} to ${percent(gain_high)}`,
  ];
}
