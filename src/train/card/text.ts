/** 266,407. */
export function countText(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Three decimals; a dash where there is no figure. */
export function figureText(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : value.toFixed(3);
}

/** With its sign: +0.120, -0.900. */
export function signedText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}

/** An interval: +0.250 to +0.310. */
export function rangeText({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? '-' : `${signedText(low)} to ${signedText(high)}`;
}

/** A share of 1 in percent, one decimal: 37.9%. */
export function percentText(share: number | null | undefined): string {
  return share === null || share === undefined ? '-' : `${(100 * share).toFixed(1)}%`;
}

/** How much closer the model is than another predictor, in percent of the other's error. */
export function closerText(model: number | null, other: number | null): string {
  if (model === null || other === null || other === 0) return '-';
  const percent = (100 * (other - model)) / other;
  return percent >= 0 ? `${percent.toFixed(1)}% closer` : `${(-percent).toFixed(1)}% farther off`;
}

/** The first digits of a digest, enough to tell it from others. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
