import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { type Answer, listen, type TestServer, TYPES } from "../browser/server.js";

const builtPage = fileURLToPath(new URL("../../web/dist-page", import.meta.url));

/** Serves the built page below a path that is not the root, under its own policy for workers as well. */
export async function servePage(
  answers: Map<RegExp, Answer>,
): Promise<TestServer & { readonly page: string }> {
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
    readFileSync(join(builtPage, "index.html"), "utf8"),
  )?.[1];
  if (!policy) throw new Error("the built page states no Content-Security-Policy");
  const below = "/some/where/";
  const server = await listen(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url!, "http://localhost").pathname);
    const answer = [...answers].find(([pattern]) => pattern.test(path))?.[1];
    await answer?.after;
    response.setHeader("Content-Security-Policy", policy);
    if (answer?.body !== undefined || answer?.status !== undefined) {
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
      return;
    }
    const file = normalize(path.endsWith("/") ? `${path}index.html` : path);
    try {
      if (!file.startsWith(below)) throw new Error(`${path} is not below ${below}`);
      const body = await readFile(join(builtPage, file.slice(below.length)));
      response
        .writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return { ...server, page: server.origin + below };
}
