/** Starts wideye's worker. */
export type Start = () => Worker;

/** Starts a module worker whose script is at an address of the page's origin. */
export const startAt =
  (url: URL | string): Start =>
  () =>
    new Worker(url, { type: "module", name: "wideye" });

/**
 * Starts a worker from its script's text; needs `worker-src blob:`.
 *
 * No module: Chromium refuses those to pages from the disk.
 */
export function startText(script: string): Start {
  // Kept as long as the page: workers start whenever pictures wait for one.
  let url: string | undefined;
  return () => {
    url ??= URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    return new Worker(url, { name: "wideye" });
  };
}

/**
 * Returns the first of these ways that works on this page, or undefined where none does.
 *
 * Some browsers throw where the page's policy or another origin is in the way, others fire an event later: only a
 * worker that reports proves that its way works.
 */
export async function firstThatStarts(ways: readonly Start[]): Promise<Start | undefined> {
  for (const start of ways) {
    if (await reports(start)) return start;
  }
  return undefined;
}

/** Returns what finds the first of these ways that works, once; where none does, it looks again when asked again. */
export function starter(ways: readonly Start[]): () => Promise<Start | undefined> {
  let found: Promise<Start | undefined> | undefined;
  return () =>
    (found ??= firstThatStarts(ways).then((start) => {
      if (start === undefined) found = undefined;
      return start;
    }));
}

async function reports(start: Start): Promise<boolean> {
  let worker: Worker;
  try {
    worker = start();
  } catch {
    return false;
  }
  try {
    return await new Promise<boolean>((resolve) => {
      worker.addEventListener("message", () => resolve(true));
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        resolve(false);
      });
    });
  } finally {
    worker.terminate();
  }
}
