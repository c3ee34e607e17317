/**
 * Seeded random numbers (sfc32). Each purpose takes its own stream by a label, so that a change in
 * one part of the simulation does not move the others, and the same seed gives the same league on
 * every machine: only 32-bit integer steps, additions, multiplications and `Math.exp`.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, label: string) {
    let hash = 0x811c9dc5 ^ (seed >>> 0);
    for (let i = 0; i < label.length; i++) {
      hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
    }
    this.#a = hash | 0;
    this.#b = Math.imul(hash, 0x9e3779b1) | 0;
    this.#c = (seed ^ 0x5bd1e995) | 0;
    for (let i = 0; i < 15; i++) this.uniform();
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return (sum >>> 0) / 4294967296;
  }

  /** Uniform integer in [from, to], both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.uniform() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Mean 0, standard deviation 1, within +-4.24: a sum of six uniforms needs no logarithm. */
  normal(): number {
    let sum = -3;
    for (let i = 0; i < 6; i++) sum += this.uniform();
    return sum * Math.SQRT2;
  }

  /** exp of a normal of mean 0 and the given spread. */
  factor(spread: number): number {
    return Math.exp(this.normal() * spread);
  }

  /** Index of one of `weights`, each with its share of `total`. */
  weighted(weights: Float64Array, total: number): number {
    let left = this.uniform() * total;
    const last = weights.length - 1;
    for (let i = 0; i < last; i++) {
      left -= weights[i]!;
      if (left < 0) return i;
    }
    return last;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]!;
  }

  /** Shuffles in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}
