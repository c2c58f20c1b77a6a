import { ClassifierError } from "./errors.js";

/**
 * Returns the bytes of a gzip file that is written in base64.
 *
 * Base64, because what serves the text compresses it again, down to the size of the gzip file, which denser
 * alphabets do not reach; gzip, because every browser that unpacks anything unpacks it.
 */
export async function unpack(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof DecompressionStream === "undefined") {
    throw new ClassifierError(
      "unsupported-browser",
      "this browser has no DecompressionStream, which the inline build needs; use Chrome or Edge 92, Firefox 113, Safari 16.4 or newer, or import wideye instead of wideye/inline",
    );
  }
  try {
    const packed = new Blob([decodeBase64(base64)]).stream();
    const unpacked = packed.pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (cause) {
    throw new ClassifierError("internal", "the inline build is damaged; install or download it again", {
      cause,
    });
  }
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
