import { readFileSync } from "node:fs";

import { test as base } from "@playwright/test";

import type { Answer } from "./answers.js";
import { Project } from "./project.js";
import { type Site, serveFolders } from "./site.js";

export { expect } from "@playwright/test";

/** Has a site of an import-map project answer a page that makes the package a global; returns its address. */
export function blankPage(site: Site, installed: Project, script = "globalThis.wideye = wideye;"): string {
  const page = readFileSync(installed.path("index.html"), "utf8");
  const module = `import * as wideye from "wideye";\n${script}`;
  const body = page.replace(/(<script type="module") src="[^"]+">/, `$1>${module}`);
  site.answers.set(/^\/blank\.html$/, { headers: { "Content-Type": "text/html" }, body });
  return `${site.origin}/blank.html`;
}

interface TestFixtures {
  /** Installs the fixture of this name, as {@link Project.install}, until the test ends. */
  install(name: string): Promise<Project>;
  /** Serves folders, as {@link serveFolders}, until the test ends. */
  serve(...folders: string[]): Promise<Site>;
}

interface WorkerFixtures {
  /** A page with an import map, which no test changes. */
  installed: Project;
  /** What the package says in Node. */
  reference: Answer;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern.
  install: async ({}, use) => {
    const projects: Project[] = [];
    await use(async (name) => {
      const project = await Project.install(name);
      projects.push(project);
      return project;
    });
    for (const project of projects) await project.remove();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  serve: async ({}, use) => {
    const sites: Site[] = [];
    await use(async (...folders) => {
      const site = await serveFolders(...folders);
      sites.push(site);
      return site;
    });
    for (const site of sites) await site.close();
  },
  installed: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => {
      const project = await Project.install("import-map");
      await use(project);
      await project.remove();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  reference: [
    async ({ installed }, use) => {
      await use(JSON.parse(await installed.run("node", "src/runtime.js")) as Answer);
    },
    { scope: "worker", timeout: 120_000 },
  ],
});
