import { readdirSync } from "node:fs";

import { type Answer, expectSame } from "./answers.js";
import { expect, test } from "./fixtures.js";

// Called without the wrappers in `deno` and `bun`, which finish their installation in a script.
const runtimes = [
  { title: "Deno", scope: "@deno", path: "deno", args: ["run", "--allow-read"] },
  { title: "Bun", scope: "@oven", path: "bin/bun", args: ["run"] },
];

for (const { title, scope, path, args } of runtimes) {
  test(title, async ({ install, reference }) => {
    const project = await install(title.toLowerCase());
    const [platform] = readdirSync(project.path(`node_modules/${scope}`));
    const program = project.path(`node_modules/${scope}/${platform}/${path}`);
    const output = await project.run(program, ...args, "src/runtime.js");
    expectSame(JSON.parse(output) as Answer, reference);
  });
}

test("Node", ({ reference }) => {
  expect(reference.file[0]).toMatchObject({ label: "cup", superclass: "food_containers" });
  expect(reference.file).toHaveLength(5);
});
