/** What ml-xgboost hard-codes as missing. */
const MISSING = -1;

/** The float32 just below -1. */
const BELOW_MISSING = -1.0000001192092896;

/**
 * A copy of feature values as ml-xgboost takes them: NaN becomes -1, its mark of a missing value, and
 * a true -1 becomes the float32 just below. Just below, not above, because split values are data
 * values: then every split sends the true -1 at scoring where training sent its neighbour. Throws a
 * RangeError for an infinite value, which the library's histograms cannot hold.
 */
export function encodeMissing(values: Float32Array): Float32Array {
  const encoded = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value === Infinity || value === -Infinity) {
      throw new RangeError(`Value ${i} of the matrix is ${value}; an engine takes finite or NaN.`);
    }
    encoded[i] = Number.isNaN(value) ? MISSING : value === MISSING ? BELOW_MISSING : value;
  }
  return encoded;
}
