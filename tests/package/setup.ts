import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pack } from "./project.js";

/** Packs the package once for all tests, into a folder that goes with the run. */
export default function setup(): () => void {
  const scratch = mkdtempSync(join(tmpdir(), "wideye-package-"));
  const remove = () => rmSync(scratch, { recursive: true });
  try {
    process.env.WIDEYE_TARBALL = pack(scratch);
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}
