/** Returns a function that hands what it is given to `work`, so many at once; what a newer one overtakes is left out. */
export function newest<Value>(work: (value: Value) => Promise<void>, atOnce = 1): (value: Value) => void {
  let waiting: { readonly value: Value } | undefined;
  let working = 0;
  const workOff = async (): Promise<void> => {
    working += 1;
    try {
      while (waiting) {
        const { value } = waiting;
        waiting = undefined;
        await work(value);
      }
    } finally {
      working -= 1;
    }
  };
  return (value) => {
    waiting = { value };
    if (working < atOnce) void workOff();
  };
}
