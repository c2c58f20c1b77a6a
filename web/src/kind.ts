/** The name of a value's kind, such as `ArrayBuffer`; unlike `instanceof`, also for values of another frame. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
