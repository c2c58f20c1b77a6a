import { readFileSync } from "node:fs";

/** The bytes of a file of this repository. */
export const repositoryFile = (path: string): Buffer =>
  readFileSync(new URL(`../../${path}`, import.meta.url));

/** The bytes of a picture of tests/fixtures/pictures. */
export const picture = (name: string): Buffer => repositoryFile(`tests/fixtures/pictures/${name}`);
