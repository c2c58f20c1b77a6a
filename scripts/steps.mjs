// Runs the commands of the other scripts, saying what runs and how long it took.
import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** A step that did not succeed; `advice` says what to try next. */
export class StepError extends Error {
  constructor(message, advice) {
    super(message);
    this.name = "StepError";
    this.advice = advice;
  }
}

const startedAt = performance.now();

export function elapsed(sinceMs = startedAt) {
  const seconds = Math.round((performance.now() - sinceMs) / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** Announces a piece of work, does it and says how long it took. */
export async function step(title, action) {
  const since = performance.now();
  console.log(`==> ${title} (at ${elapsed()})`);
  const result = await action();
  console.log(`    ${title}: ${elapsed(since)}`);
  return result;
}

/** Runs a command with its output shown; returns its exit status, standard output and all output. */
export function attempt(command, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let output = "";
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding("utf8");
      from.on("data", (text) => {
        output += text;
        if (from === child.stdout) stdout += text;
        to.write(text);
      });
    }
    child.on("error", (error) => resolve({ status: null, stdout, output: error.message }));
    child.on("close", (status, signal) =>
      resolve({ status, stdout, output: signal ? `it was ended by ${signal}` : output }),
    );
  });
}

/** Runs a command that has to succeed; returns its standard output. */
export async function run(command, args, { advice, ...options } = {}) {
  const { status, stdout, output } = await attempt(command, args, options);
  if (status === 0) return stdout;
  const reason = status === null ? output : `exit status ${status}`;
  throw new StepError(`\`${[command, ...args].join(" ")}\` failed: ${reason}`, advice);
}

/** What a command prints, or undefined where it cannot run or fails. */
export function answer(command, args = []) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** Whether a module, by its `import.meta.url`, is what node was started with, be it through a link. */
export const isMain = (url) =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(url));

/** Runs a script's work; an error that was foreseen is printed with its advice, without a stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StepError) && !`${error.code}`.startsWith("ERR_PARSE_ARGS")) throw error;
    console.error(`\nerror: ${error.message}`);
    if (error.advice) console.error(`try: ${error.advice}`);
    process.exitCode = 1;
  }
}
