import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];

/** Packs the package as it would be published; returns the tarball's path. */
export function pack(folder: string): string {
  const command = [join("scripts", "pack.mjs"), "--any-profile", "--out", folder];
  const output = execFileSync(process.execPath, command, { cwd: repository, encoding: "utf8" });
  return output.trim().split("\n").at(-1)!;
}

const environment = () => ({ ...process.env, NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1" });

/** A fixture with the packed package installed, in a folder of its own outside the repository. */
export class Project {
  readonly #servers: ChildProcess[] = [];

  private constructor(readonly folder: string) {}

  /**
   * Copies `fixtures/NAME`, with what all fixtures share as `src` and the picture's two forms in `public`, and
   * installs what its lock file names and then the tarball. No install script runs.
   */
  static async install(name: string): Promise<Project> {
    const tarball = process.env.WIDEYE_TARBALL!;
    const project = new Project(mkdtempSync(join(dirname(tarball), `${name}-`)));
    cpSync(here("fixtures/app"), project.path("src"), { recursive: true });
    cpSync(here(`fixtures/${name}`), project.folder, { recursive: true });
    mkdirSync(project.path("public"), { recursive: true });
    cpSync(join(repository, "web/page/samples/cup.jpg"), project.path("public/cup.jpg"));
    cpSync(here("picture/cup.rgba"), project.path("public/cup.rgba"));
    const place = ["--ignore-scripts", "--prefer-offline", ...QUIET];
    if (existsSync(project.path("package-lock.json"))) await project.run("npm", "ci", ...place);
    await project.run("npm", "install", "--no-save", ...place, tarball);
    return project;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs a program in the project's folder; returns its standard output. */
  async run(program: string, ...args: string[]): Promise<string> {
    const options = { cwd: this.folder, maxBuffer: 1 << 26, env: environment() };
    try {
      return (await promisify(execFile)(program, args, options)).stdout;
    } catch (cause) {
      const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
      throw new Error(`${[program, ...args].join(" ")} failed\n${stdout ?? ""}${stderr ?? ""}`, { cause });
    }
  }

  /** Starts a program that serves until the project is removed; returns the origin that it prints. */
  serve(program: string, ...args: string[]): Promise<string> {
    const server = spawn(program, args, {
      cwd: this.folder,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      let output = "";
      const read = (text: Buffer) => {
        output += text;
        const origin = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(output)?.[0];
        if (origin) resolve(origin);
      };
      server.stdout.on("data", read);
      server.stderr.on("data", read);
      server.on("error", reject);
      server.on("exit", (status) => reject(new Error(`${program} ended with ${status}\n${output}`)));
    });
  }

  async remove(): Promise<void> {
    for (const server of this.#servers) {
      // The whole group: programs started through npx are its children.
      if (server.exitCode === null && server.signalCode === null && server.pid) process.kill(-server.pid);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
