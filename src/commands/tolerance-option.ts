import { usageError } from './options.ts';

/** A number from 0 up, such as 0.001 or 1e-9. */
export function toleranceOption(text: string, option: string): number {
  const value = Number(text);
  if (/^[\d.]/.test(text) && Number.isFinite(value)) return value;
  throw usageError(
    `The option "${option}" is "${text}"; a number from 0 up was wanted, such as 1e-9.`,
  );
}
