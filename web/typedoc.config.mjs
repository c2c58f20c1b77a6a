// The reference of the package's public names: an entry for each module that package.json exports.
import { readFileSync } from "node:fs";

const { exports } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const declarations = Object.values(exports).flatMap(({ types }) => types ?? []);

/** @type {Partial<import("typedoc").TypeDocOptions>} */
export default {
  name: "wideye",
  includeVersion: true,
  entryPoints: declarations.map((path) => path.replace(/^\.\/dist\/(.+)\.d\.ts$/, "src/$1.ts")),
  tsconfig: "tsconfig.build.json",
  readme: "README.md",
  out: "docs-api",
  disableSources: true,
  githubPages: false,
  excludeExternals: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  // TypeDoc's own list, with getters for accessors: what a setter takes stands there.
  requiredToBeDocumented: [
    "Enum",
    "EnumMember",
    "Variable",
    "Function",
    "Class",
    "Interface",
    "Property",
    "Method",
    "GetSignature",
    "TypeAlias",
  ],
  treatWarningsAsErrors: true,
};
