// The arithmetic of the reports.

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  if (values.length === 0) throw new RangeError("expected at least one value, found none");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The probabilities of one picture's scores, calibrated by the model's temperature. */
export function softmax(logits, temperature = 1) {
  const highest = Math.max(...logits);
  const exponentials = logits.map((value) => Math.exp((value - highest) / temperature));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** Largest absolute difference of two tables of probabilities, [pictures][classes]; NaN counts as infinite. */
export function maxDifference(a, b) {
  if (a.length !== b.length) throw new RangeError(`expected ${a.length} pictures, found ${b.length}`);
  let largest = 0;
  for (const [row, values] of a.entries()) {
    if (values.length !== b[row].length) {
      throw new RangeError(`expected ${values.length} classes, found ${b[row].length}`);
    }
    for (const [at, value] of values.entries()) {
      const difference = Math.abs(value - b[row][at]);
      if (Number.isNaN(difference)) return Infinity;
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}

/**
 * How many times faster each of our engines is than each peer: the quotient of their medians.
 *
 * `rows` are measurements of one metric, `{ model, engine, [metric] }`; only engines that measured the same
 * model are compared.
 */
export function ratios(rows, metric, isOurs) {
  return rows
    .filter(({ engine }) => isOurs(engine))
    .flatMap((row) =>
      rows
        .filter(({ engine, model }) => model === row.model && !isOurs(engine))
        .map((peer) => ({
          metric,
          model: row.model,
          engine: row.engine,
          peer: peer.engine,
          timesFaster: peer[metric] / row[metric],
        })),
    );
}

/** The values from the first on, turned so that each comes first in some round. */
export const rotated = (values, round) => values.map((_, i) => values[(i + round) % values.length]);
