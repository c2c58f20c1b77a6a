// Builds the npm package and packs it as it would be published; the last line is the tarball's path.
//
//   npm run pack                     into release/, what `npm run build` has built
//   npm run pack -- --out DIR        elsewhere
//   npm run pack -- --any-profile    with the wasm that is there, as tests do
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { PROFILE, requireRelease } from "./build.mjs";
import { npmPackages } from "./requirements.mjs";
import { isMain, main, root, run, StepError, step } from "./steps.mjs";

const web = join(root, "web");
/** Kept once in the repository, and wanted in the tarball as well. */
const documents = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];
/** All but what the build tells scripts. */
const isPublished = (path) => path !== PROFILE;

/** Packs what web/ holds and has built into a folder; returns the tarball's path. */
export async function pack(out) {
  if (!existsSync(join(web, "wasm", "wideye.wasm"))) {
    throw new StepError("the wasm binary is not built", "npm run build");
  }
  await step("npm package in web/dist", async () => {
    // What sources that are gone left there would be packed too.
    rmSync(join(web, "dist"), { recursive: true, force: true });
    await run("npm", ["run", "--silent", "build", "-w", "web"]);
  });
  return step("tarball", async () => {
    const manifest = JSON.parse(readFileSync(join(web, "package.json"), "utf8"));
    const staged = mkdtempSync(join(tmpdir(), "wideye-pack-"));
    try {
      for (const name of [...manifest.files, "README.md"])
        cpSync(join(web, name), join(staged, name), { recursive: true, filter: isPublished });
      for (const name of documents) cpSync(join(root, name), join(staged, name));
      const published = publishedManifest(manifest);
      writeFileSync(join(staged, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
      mkdirSync(out, { recursive: true });
      const arguments_ = ["pack", "--silent", "--ignore-scripts", "--pack-destination", resolve(out)];
      await run("npm", arguments_, { cwd: staged });
      return join(resolve(out), `${manifest.name}-${manifest.version}.tgz`);
    } finally {
      rmSync(staged, { recursive: true });
    }
  });
}

/**
 * The manifest without what only the repository needs. `private` keeps `npm publish` from working in web/; whoever
 * means to publish names the tarball.
 */
export function publishedManifest({ private: _, scripts, devDependencies, ...published }) {
  return { ...published, files: [...published.files, ...documents] };
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({
      options: {
        out: { type: "string", default: join(root, "release") },
        "any-profile": { type: "boolean", default: false },
      },
    });
    if (!values["any-profile"]) requireRelease();
    await npmPackages();
    console.log(await pack(values.out));
  });
}
