import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A page of a browser that is driven from outside. */
export interface DrivenPage {
  open(address: string): Promise<void>;
  /** Returns what an expression, or the promise that it is, comes to; both as JSON has them. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

const START_MS = 20_000;
const ANSWER_MS = 120_000;

/**
 * Opens WebKitGTK's small browser, on a display of its own.
 *
 * Source: W3C WebDriver. Its clients on npm either need a newer Node or fetch browsers.
 */
export async function openWebKit(): Promise<DrivenPage> {
  const display = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    env: { ...process.env, DISPLAY: `:${await displayNumber(display)}` },
    stdio: "ignore",
  });
  const failed = once(driver, "exit").then(() => {
    throw new Error("WebKitWebDriver ended");
  });
  failed.catch(() => {});
  const end = async () => {
    for (const child of [driver, display]) await ended(child);
  };
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: { message?: string } };
    if (!response.ok) throw new Error(`${method} ${path}: ${value.message}`);
    return value;
  };
  try {
    await Promise.race([answers(port), failed]);
    const capabilities = { alwaysMatch: { timeouts: { script: ANSWER_MS } } };
    const { sessionId } = (await call("POST", "/session", { capabilities })) as { sessionId: string };
    const session = `/session/${sessionId}`;
    return {
      open: async (url) => void (await call("POST", `${session}/url`, { url })),
      evaluate: async (expression) => {
        const script = `const done = arguments[arguments.length - 1];
Promise.resolve().then(() => ${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
        const { value, error } = (await call("POST", `${session}/execute/async`, { script, args: [] })) as {
          value?: unknown;
          error?: string;
        };
        if (error !== undefined) throw new Error(error);
        return value;
      },
      close: async () => {
        await call("DELETE", session);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The number that Xvfb prints once it is there. */
async function displayNumber(display: ChildProcess): Promise<string> {
  const gone = once(display, "exit").then(() => {
    throw new Error("Xvfb ended before it had a display");
  });
  const [number] = (await Promise.race([once(display.stdout!, "data"), gone])) as [Buffer];
  gone.catch(() => {});
  return number.toString().trim();
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, "exit");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answers(port: number): Promise<void> {
  for (const end = Date.now() + START_MS; ; await sleep(100)) {
    const response = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > end) throw new Error("WebKitWebDriver does not answer");
  }
}
