import type { Classification, ClassifyOptions } from "./classification.js";
import { type ClassifierError, toClassifierError } from "./errors.js";
import { type ClassifierInput, type Picture, readInput } from "./inputs.js";
import { kindOf } from "./kind.js";

/** A call that waits for its answer. */
export interface Job {
  readonly id: number;
  readonly input: ClassifierInput;
  readonly options: Omit<ClassifyOptions, "signal">;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: Classification) => void;
  readonly reject: (error: ClassifierError) => void;
}

/** A job whose picture is read. */
export interface ReadyJob {
  readonly job: Job;
  readonly picture: Picture;
}

/**
 * Jobs in the order of their calls, from the call until a worker takes them.
 *
 * Addresses and files wait unread until fewer than `lookAhead` pictures are in memory. Whatever the caller could
 * change, close or draw over meanwhile is read at once.
 */
export class JobQueue {
  readonly #lookAhead: number;
  readonly #onReady: () => void;
  /** All jobs in order, with their picture once it is read. */
  #jobs = new Map<Job, Picture | undefined>();
  readonly #unread = new Set<Job>();
  readonly #reading = new Map<Job, AbortController>();
  /** Pictures in memory: read, or being read, even for a job that is dropped meanwhile. */
  #held = 0;
  #readyCount = 0;

  constructor(lookAhead: number, onReady: () => void) {
    this.#lookAhead = lookAhead;
    this.#onReady = onReady;
  }

  /** How many jobs can be taken. */
  get readyCount(): number {
    return this.#readyCount;
  }

  add(job: Job): void {
    this.#jobs.set(job, undefined);
    if (canWait(job.input)) {
      this.#unread.add(job);
      this.#readAhead();
    } else {
      void this.#read(job);
    }
  }

  /** Removes and returns the first job whose picture is read. */
  take(): ReadyJob | undefined {
    if (this.#readyCount === 0) return undefined;
    for (const [job, picture] of this.#jobs) {
      if (picture === undefined) continue;
      this.#jobs.delete(job);
      this.#release();
      return { job, picture };
    }
    return undefined;
  }

  /** Takes a job back, as the next one. */
  putBack({ job, picture }: ReadyJob): void {
    this.#jobs = new Map([[job, picture], ...this.#jobs]);
    this.#held += 1;
    this.#readyCount += 1;
  }

  /** Forgets a job and what was read for it; does nothing for one that is taken. */
  drop(job: Job): void {
    const picture = this.#jobs.get(job);
    if (!this.#jobs.delete(job)) return;
    this.#unread.delete(job);
    this.#reading.get(job)?.abort();
    if (picture !== undefined) {
      discard(picture);
      this.#release();
    }
  }

  /** Forgets all jobs and returns them. */
  clear(): Job[] {
    const jobs = [...this.#jobs.keys()];
    this.#unread.clear();
    for (const job of jobs) this.drop(job);
    return jobs;
  }

  #release(): void {
    this.#readyCount -= 1;
    this.#held -= 1;
    this.#readAhead();
  }

  #readAhead(): void {
    for (const job of this.#unread) {
      if (this.#held >= this.#lookAhead) return;
      this.#unread.delete(job);
      void this.#read(job);
    }
  }

  async #read(job: Job): Promise<void> {
    const controller = new AbortController();
    this.#held += 1;
    this.#reading.set(job, controller);
    try {
      const picture = await readInput(job.input, controller.signal);
      if (this.#jobs.has(job)) {
        this.#jobs.set(job, picture);
        this.#readyCount += 1;
        this.#onReady();
        return;
      }
      discard(picture);
    } catch (error) {
      this.#jobs.delete(job);
      job.reject(toClassifierError(error));
    } finally {
      this.#reading.delete(job);
    }
    this.#held -= 1;
    this.#readAhead();
  }
}

function canWait(input: ClassifierInput): boolean {
  if (typeof input === "string") return true;
  return ["Blob", "File", "URL"].includes(kindOf(input));
}

/** Frees what memory the garbage collector would be slow to free. */
export function discard(picture: Picture): void {
  if (picture.kind === "bitmap") picture.bitmap.close();
}
