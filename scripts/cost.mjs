// What a network of convolutions costs.

/**
 * Parameters, biases included, and multiply-accumulates for one image of 32 by 32 pixels.
 *
 * A stack is a list of [layers, filters, side of the kernel] and ends in a 2x2 maximum. Convolutions keep the size of
 * their maps.
 */
export function costOf(stacks) {
  let [parameters, macs, channels, side] = [0, 0, 3, 32];
  for (const stack of stacks) {
    for (const [layers, filters, kernel] of stack) {
      for (let layer = 0; layer < layers; layer += 1) {
        const weights = kernel ** 2 * channels * filters;
        parameters += weights + filters;
        macs += weights * side ** 2;
        channels = filters;
      }
    }
    side = Math.max(1, side / 2);
  }
  return { parameters, macs };
}
