/** Returns what says of some values, each time, whether one of them is another than the time before. */
export function changing(): (...values: readonly unknown[]) => boolean {
  let before: readonly unknown[] | undefined;
  return (...values) => {
    const changed = before === undefined || values.some((value, at) => value !== before![at]);
    before = values;
    return changed;
  };
}
