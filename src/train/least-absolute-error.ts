/** Coefficients of `a + b*x + c*x*x`. */
export interface Parabola {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

type Triple = [number, number, number];

/** Far more than a fit needs (tens); a fit that reaches it keeps the best parabola so far. */
const MAX_EXCHANGES = 1000;

/**
 * The parabola with the least sum of absolute errors to the points (x, y): the simplex walk of
 * Barrodale and Roberts (1973). A best parabola passes through three of the points, so it starts at
 * the parabola through three of them and exchanges one at a time, each exchange a weighted median
 * along one edge, until no edge descends; the problem is convex, so that is the least. Undefined when
 * there are fewer than three different x. Deterministic.
 */
export function fitLeastAbsoluteError(x: Float64Array, y: Float64Array): Parabola | undefined {
  const start = spreadRows(x);
  if (start === undefined) return undefined;
  const t = scaled(x);
  const target = untied(y);
  const basis: Triple = start;
  const residual = new Float64Array(x.length);
  for (let exchange = 0; exchange < MAX_EXCHANGES; exchange++) {
    const [a, b, c] = through(basis, t.values, target);
    for (let i = 0; i < x.length; i++) {
      residual[i] = target[i]! - (a + (b + c * t.values[i]!) * t.values[i]!);
    }
    for (const row of basis) residual[row] = 0;
    const edge = steepestEdge(basis, t.values, residual);
    if (edge === undefined) break;
    const entering = weightedMedianRow(edge, t.values, residual, basis);
    if (entering === undefined) break;
    basis[edge.leaves] = entering;
  }
  const [a, b, c] = through(basis, t.values, y);
  return { a, b: b / t.scale, c: c / (t.scale * t.scale) };
}

/** Rows at the least, the middle and the greatest of the different x. */
function spreadRows(x: Float64Array): Triple | undefined {
  const order = Array.from(x.keys()).sort((i, j) => x[i]! - x[j]! || i - j);
  const different = order.filter((row, at) => at === 0 || x[row] !== x[order[at - 1]!]);
  if (different.length < 3) return undefined;
  return [different[0]!, different[different.length >> 1]!, different.at(-1)!];
}

/** x divided by a power of two (exactly) to lie within 1, so that its square is of the same size. */
function scaled(x: Float64Array): { values: Float64Array; scale: number } {
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = 2 ** Math.ceil(Math.log2(largest));
  return { values: x.map((value) => value / scale), scale };
}

/**
 * y moved by up to a billionth of its size, each row by another fraction: whole points make many rows
 * meet in one parabola, where a simplex walk can stand still before it is at the least.
 */
function untied(y: Float64Array): Float64Array {
  const size = y.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return y.map(
    (value, i) => value + 1e-9 * size * ((Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32 - 0.5),
  );
}

/** Coefficients of the parabola through three rows, by divided differences. */
function through(rows: Triple, t: Float64Array, y: Float64Array): Triple {
  const [i, j, k] = rows;
  const first = (y[j]! - y[i]!) / (t[j]! - t[i]!);
  const second = (y[k]! - y[j]!) / (t[k]! - t[j]!);
  const c = (second - first) / (t[k]! - t[i]!);
  const b = first - c * (t[i]! + t[j]!);
  const a = y[i]! - (b + c * t[i]!) * t[i]!;
  return [a, b, c];
}

interface Edge {
  /** Which of the three rows of the basis leaves. */
  readonly leaves: 0 | 1 | 2;
  /** The parabola that is added along the edge. */
  readonly direction: Triple;
  /** Change of the sum of absolute errors a unit of the direction, at the start; below 0. */
  readonly slope: number;
}

function steepestEdge(basis: Triple, t: Float64Array, residual: Float64Array): Edge | undefined {
  let best: Edge | undefined;
  for (const leaves of [0, 1, 2] as const) {
    // The parabola that is 1 at the leaving row and 0 at the other two.
    const [p, q] = [0, 1, 2].filter((other) => other !== leaves).map((at) => t[basis[at]!]!);
    const height = (t[basis[leaves]]! - p!) * (t[basis[leaves]]! - q!);
    const direction: Triple = [(p! * q!) / height, -(p! + q!) / height, 1 / height];
    let pull = 0;
    let size = 0;
    for (let i = 0; i < t.length; i++) {
      const z = at(direction, t[i]!);
      pull += Math.sign(residual[i]!) * z;
      size += Math.abs(z);
    }
    // The leaving row itself starts to err by 1 a unit, whichever way the edge is walked.
    const slope = 1 - Math.abs(pull);
    if (slope < -1e-12 * size && slope < (best?.slope ?? 0)) {
      const sign = Math.sign(pull);
      best = { leaves, direction: direction.map((v) => v * sign) as Triple, slope };
    }
  }
  return best;
}

/** The row at which the sum of absolute errors stops falling along the edge. */
function weightedMedianRow(
  edge: Edge,
  t: Float64Array,
  residual: Float64Array,
  basis: Triple,
): number | undefined {
  const step = new Float64Array(t.length);
  const crossed: number[] = [];
  for (let i = 0; i < t.length; i++) {
    step[i] = residual[i]! / at(edge.direction, t[i]!);
    if (step[i]! > 0 && step[i]! < Infinity && !basis.includes(i)) crossed.push(i);
  }
  crossed.sort((i, j) => step[i]! - step[j]! || i - j);
  let slope = edge.slope;
  for (const row of crossed) {
    slope += 2 * Math.abs(at(edge.direction, t[row]!));
    if (slope >= 0) return row;
  }
  return crossed.at(-1);
}

function at([a, b, c]: Triple, t: number): number {
  return a + (b + c * t) * t;
}
