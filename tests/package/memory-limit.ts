const MEMORY_SECTION = 5;
const HEADER_BYTES = 8;

/**
 * Returns the module with a limit to its one memory, in pages of 64 KiB above its initial size.
 *
 * Source: WebAssembly core specification, binary format, modules.
 */
export function withMemoryLimit(wasm: Buffer, additionalPages: number): Buffer {
  for (let at = HEADER_BYTES; at < wasm.length; ) {
    const [size, start] = readNumber(wasm, at + 1);
    if (wasm[at] !== MEMORY_SECTION) {
      at = start + size;
      continue;
    }
    const [initial] = readNumber(wasm, start + 2);
    const content = [1, 1, ...written(initial), ...written(initial + additionalPages)];
    const section = Buffer.from([MEMORY_SECTION, ...written(content.length), ...content]);
    return Buffer.concat([wasm.subarray(0, at), section, wasm.subarray(start + size)]);
  }
  throw new Error("the module has no memory");
}

/** Reads an unsigned LEB128 number; returns it and where the next byte is. */
function readNumber(bytes: Buffer, at: number): [number, number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function written(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...written(value >>> 7)];
}
