import type { Classification } from "./classification.js";
import { Engine } from "./engine.js";
import { toClassifierError, toRecord } from "./errors.js";
import type { ClassifyRequest, LoadRequest, Reply, Request } from "./protocol.js";

/** Answers requests with one engine, in a worker or on the caller's thread. */
export class Host {
  readonly #send: (reply: Reply, transfer: Transferable[]) => void;
  readonly #loading = new AbortController();
  #engine: Engine | undefined;

  constructor(send: (reply: Reply, transfer: Transferable[]) => void) {
    this.#send = send;
  }

  /** Handles one request; failures become replies. */
  async receive(request: Request): Promise<void> {
    switch (request.type) {
      case "load":
        return this.#load(request);
      case "classify":
        return this.#classify(request);
      case "close":
        this.#loading.abort();
        this.#engine?.close();
        this.#engine = undefined;
    }
  }

  async #load(request: LoadRequest): Promise<void> {
    const { signal } = this.#loading;
    try {
      const engine = await Engine.load(request, {
        signal,
        onProgress: (progress) => this.#send({ type: "progress", progress }, []),
      });
      if (signal.aborted) return engine.close();
      this.#engine = engine;
      const { modelInfo, shared } = engine;
      this.#send({ type: "loaded", modelInfo, ...(shared && { shared }) }, []);
    } catch (error) {
      if (!signal.aborted) this.#send({ type: "failed", error: toRecord(toClassifierError(error)) }, []);
    }
  }

  async #classify({ id, picture, options }: ClassifyRequest): Promise<void> {
    if (this.#engine === undefined) return;
    let reply: Reply;
    const transfer: Transferable[] = [];
    try {
      const result = await this.#engine.classify(picture, options);
      transfer.push(...buffersOf(result));
      reply = { type: "classified", id, result };
    } catch (error) {
      reply = { type: "failed", id, error: toRecord(toClassifierError(error)) };
    }
    this.#send(reply, transfer);
  }
}

function buffersOf({ thumbnail, activationMaps }: Classification): ArrayBuffer[] {
  return [thumbnail?.data.buffer, activationMaps?.values.buffer].filter((buffer) => buffer !== undefined);
}
