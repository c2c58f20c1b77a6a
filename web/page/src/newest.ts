/** Returns a function that hands what it is given to `work`, one at a time; what a newer one overtakes is left out. */
export function newest<Value>(work: (value: Value) => Promise<void>): (value: Value) => void {
  let waiting: { readonly value: Value } | undefined;
  let working = false;
  const workOff = async (): Promise<void> => {
    working = true;
    try {
      while (waiting) {
        const { value } = waiting;
        waiting = undefined;
        await work(value);
      }
    } finally {
      working = false;
    }
  };
  return (value) => {
    waiting = { value };
    if (!working) void workOff();
  };
}
