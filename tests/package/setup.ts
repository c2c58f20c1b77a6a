import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pack } from "./project.js";

/** Packs the package once for all tests, into a folder that goes with the run. */
export default function setup(): () => void {
  const scratch = mkdtempSync(join(tmpdir(), "wideye-package-"));
  process.env.WIDEYE_TARBALL = pack(scratch);
  return () => rmSync(scratch, { recursive: true });
}
