import type { Classification, ClassifyOptions } from "./classification.js";
import type { Connection } from "./connection.js";
import { abortedError, ClassifierError, fromRecord, throwIfAborted } from "./errors.js";
import { type ClassifierInput, type Picture, tainted } from "./inputs.js";
import type { Reply } from "./protocol.js";
import { discard, type Job, JobQueue, type ReadyJob } from "./queue.js";

/** Downloads under way at once, so that one worker need not wait for each in turn. */
const LEAST_LOOK_AHEAD = 4;

/** How a pool grows. */
export interface Growth {
  /** Most workers. */
  readonly limit: number;
  /** Connects to one more worker. */
  connect(): Connection;
  /** Has it load what the first one loaded. */
  load(connection: Connection): Promise<unknown>;
}

interface Member {
  readonly connection: Connection;
  ready: boolean;
  running: ReadyJob | undefined;
}

/**
 * Hands pictures to workers in the order of the calls, to each one at a time, so that an aborted one that
 * waits costs nothing.
 *
 * Further workers start when pictures that are read wait for one, also in the place of one that crashed. The
 * picture at which it did so is tried once more, before all others. The pool ends when no worker can start any more.
 */
export class Pool {
  readonly #lookAhead: number;
  readonly #growth: Growth;
  readonly #members = new Set<Member>();
  readonly #queue: JobQueue;
  /** Pictures at which a worker has crashed. */
  readonly #retried = new WeakSet<Job>();
  #limit: number;
  #lastId = 0;
  #end: ClassifierError | undefined;

  /** `first` has loaded. */
  constructor(first: Connection, growth: Growth) {
    this.#growth = growth;
    this.#limit = growth.limit;
    this.#lookAhead = Math.max(growth.limit, LEAST_LOOK_AHEAD);
    this.#queue = new JobQueue(this.#lookAhead, () => this.#advance());
    this.#employ(this.#enlist(first));
  }

  /** Why there are no more answers, once there are none. */
  get end(): ClassifierError | undefined {
    return this.#end;
  }

  /** Pictures that keep all workers busy: one for each, and those that are read ahead. */
  get room(): number {
    return this.#limit + this.#lookAhead;
  }

  async classify(
    input: ClassifierInput,
    { signal, ...options }: ClassifyOptions = {},
  ): Promise<Classification> {
    if (this.#end) throw this.#end;
    throwIfAborted(signal);
    let abort: (() => void) | undefined;
    try {
      return await new Promise<Classification>((resolve, reject) => {
        // The caller may change an address while it waits.
        const kept = input instanceof URL ? new URL(input) : input;
        const job: Job = { id: ++this.#lastId, input: kept, options, signal, resolve, reject };
        abort = () => {
          this.#queue.drop(job);
          reject(abortedError(signal!));
        };
        signal?.addEventListener("abort", abort, { once: true });
        this.#queue.add(job);
      });
    } finally {
      if (abort) signal?.removeEventListener("abort", abort);
    }
  }

  close(): void {
    this.#stop(new ClassifierError("closed", "the classifier is closed"));
  }

  #enlist(connection: Connection): Member {
    const member = { connection, ready: false, running: undefined };
    this.#members.add(member);
    return member;
  }

  #employ(member: Member): void {
    member.ready = true;
    member.connection.listen(
      (reply) => this.#receive(member, reply),
      (error) => this.#lose(member, error),
    );
    this.#advance();
  }

  #advance(): void {
    for (const member of this.#members) {
      while (member.ready && member.running === undefined) {
        const next = this.#queue.take();
        if (next === undefined) return;
        this.#hand(next, member);
      }
    }
    const starting = [...this.#members].filter(({ ready }) => !ready).length;
    for (let more = this.#queue.readyCount - starting; more > 0; more -= 1) {
      if (this.#members.size >= this.#limit) return;
      void this.#grow();
    }
  }

  async #grow(): Promise<void> {
    let member: Member | undefined;
    try {
      member = this.#enlist(this.#growth.connect());
      await this.#growth.load(member.connection);
    } catch (error) {
      member?.connection.close();
      if (member) this.#members.delete(member);
      // Not tried again: the pool goes on with the workers that it has.
      this.#limit = this.#members.size;
      if (this.#limit === 0) this.#stop(error as ClassifierError);
      return;
    }
    if (this.#end) member.connection.close();
    else this.#employ(member);
  }

  #hand(next: ReadyJob, member: Member): void {
    const { job, picture } = next;
    const { id, options } = job;
    member.running = next;
    try {
      // Nothing is transferred: the picture may be needed once more.
      member.connection.post({ type: "classify", id, picture, options }, []);
    } catch (cause) {
      member.running = undefined;
      discard(picture);
      // Else it is the bitmap, which has another site's pixels.
      job.reject(
        picture.kind === "bitmap" && canBeCloned(options)
          ? tainted(cause)
          : new ClassifierError("internal", "the options cannot be sent to the worker", { cause }),
      );
    }
  }

  #receive(member: Member, reply: Reply): void {
    if (reply.type !== "classified" && reply.type !== "failed") return;
    const { running } = member;
    if (running === undefined || reply.id !== running.job.id) return;
    if (reply.type === "failed" && reply.error.code === "crashed") {
      this.#lose(member, fromRecord(reply.error));
      return;
    }
    member.running = undefined;
    discard(running.picture);
    if (reply.type === "classified") running.job.resolve(reply.result);
    else running.job.reject(fromRecord(reply.error));
    this.#advance();
  }

  #lose(member: Member, error: ClassifierError): void {
    // An ended pool has let go of it.
    if (!this.#members.delete(member)) return;
    member.connection.close();
    if (member.running) this.#retry(member.running, error);
    this.#advance();
  }

  #retry(lost: ReadyJob, cause: ClassifierError): void {
    const { job, picture } = lost;
    if (!this.#retried.has(job) && !job.signal?.aborted && remains(picture)) {
      this.#retried.add(job);
      this.#queue.putBack(lost);
      return;
    }
    discard(picture);
    job.reject(
      new ClassifierError(
        "crashed",
        "the engine stopped at this picture, perhaps for want of memory; the classifier goes on, try a smaller copy of it",
        { cause },
      ),
    );
  }

  #stop(error: ClassifierError): void {
    if (this.#end) return;
    this.#end = error;
    for (const { connection, running } of this.#members) {
      connection.close();
      if (running === undefined) continue;
      discard(running.picture);
      running.job.reject(error);
    }
    this.#members.clear();
    for (const job of this.#queue.clear()) job.reject(error);
  }
}

function canBeCloned(options: Job["options"]): boolean {
  // Chrome 92 has no structuredClone.
  const { port1 } = new MessageChannel();
  try {
    port1.postMessage(options);
    return true;
  } catch {
    return false;
  } finally {
    port1.close();
  }
}

/** Whether a picture can be posted again: an engine on the calling thread has closed its bitmap, which then has no width. */
function remains(picture: Picture): boolean {
  return picture.kind !== "bitmap" || picture.bitmap.width > 0;
}
