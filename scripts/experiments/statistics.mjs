// Means of a few repetitions, and whether two of them differ.

/** Two-sided 5 % points of Student's t for 1 to 10 degrees of freedom (Student 1908; any table). */
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation of a sample; NaN of fewer than two values. */
export function deviation(values) {
  const middle = mean(values);
  const squares = values.map((value) => (value - middle) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (values.length - 1));
}

/**
 * The difference of two means with its 95 % interval, by Welch's t-test (Welch 1947); undefined of fewer than
 * two values each, and where none of them vary. Degrees of freedom are rounded down, at most 10.
 */
export function difference(a, b) {
  if (a.length < 2 || b.length < 2) return undefined;
  const [left, right] = [a, b].map((values) => deviation(values) ** 2 / values.length);
  const error = Math.sqrt(left + right);
  // Equal values need not have a mean that is exactly theirs.
  if (error < 1e-12) return undefined;
  const freedom = (left + right) ** 2 / (left ** 2 / (a.length - 1) + right ** 2 / (b.length - 1));
  const index = Math.min(Math.max(Math.floor(freedom), 1), T.length) - 1;
  const by = mean(a) - mean(b);
  const within = T[index] * error;
  return { by, within, clear: Math.abs(by) > within };
}
