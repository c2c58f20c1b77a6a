// Writes the reference of the package's public names to web/docs-api.
//
//   npm run docs
import * as requirements from "./requirements.mjs";
import { main, run } from "./steps.mjs";

await main(async () => {
  await requirements.npmPackages();
  await run("npm", ["run", "--silent", "docs", "-w", "web"]);
});
