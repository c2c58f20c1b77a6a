import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

import { type Answer, listen, type TestServer, TYPES } from "../browser/server.js";

/** A server of a project's folders. */
export interface Site extends TestServer {
  /** Stand for files; the first pattern that fits a path counts. */
  readonly answers: Map<RegExp, Answer>;
  /** Sent with every answer. */
  readonly headers: Map<string, string>;
}

/** Serves the files of folders, from the first that has one. */
export async function serveFolders(...folders: string[]): Promise<Site> {
  const answers: Site["answers"] = new Map();
  const headers: Site["headers"] = new Map();
  const server = await listen(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, "http://localhost").pathname));
    const answer = [...answers].find(([pattern]) => pattern.test(path))?.[1];
    await answer?.after;
    response.setHeaders(headers);
    if (answer) {
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
      return;
    }
    const file = path.endsWith("/") ? `${path}index.html` : path;
    for (const folder of folders) {
      const body = await readFile(join(folder, file)).catch(() => undefined);
      if (body === undefined) continue;
      response
        .writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" })
        .end(body);
      return;
    }
    response.writeHead(404).end();
  });
  return { ...server, answers, headers };
}
