/** Encodes opaque RGBA pixels as an RGB PNG without filters. */
export function encodePng(width: number, height: number, rgba: Uint8Array | Uint8ClampedArray): Buffer;
