import type { Classification, ClassifyOptions } from "./classification.js";
import type { ClassifierError } from "./errors.js";
import { type ClassifierInput, type ReadInput, readInput } from "./inputs.js";

/** A call that waits for its answer. */
export interface Job {
  readonly id: number;
  readonly input: ClassifierInput;
  readonly options: Omit<ClassifyOptions, "signal">;
  readonly resolve: (result: Classification) => void;
  readonly reject: (error: ClassifierError) => void;
}

/** A job whose picture is read. */
export interface ReadyJob extends Job {
  readonly read: ReadInput;
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
  readonly #jobs = new Map<Job, ReadInput | undefined>();
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
    for (const [job, read] of this.#jobs) {
      if (read === undefined) continue;
      this.#jobs.delete(job);
      this.#release();
      return { ...job, read };
    }
    return undefined;
  }

  /** Forgets a job and what was read for it; does nothing for one that is taken. */
  drop(job: Job): void {
    const read = this.#jobs.get(job);
    if (!this.#jobs.delete(job)) return;
    this.#unread.delete(job);
    this.#reading.get(job)?.abort();
    if (read !== undefined) {
      discard(read);
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
      const read = await readInput(job.input, controller.signal);
      if (this.#jobs.has(job)) {
        this.#jobs.set(job, read);
        this.#readyCount += 1;
        this.#onReady();
        return;
      }
      discard(read);
    } catch (error) {
      this.#jobs.delete(job);
      job.reject(error as ClassifierError);
    } finally {
      this.#reading.delete(job);
    }
    this.#held -= 1;
    this.#readAhead();
  }
}

function canWait(input: ClassifierInput): boolean {
  if (typeof input === "string" || input instanceof URL) return true;
  // Unlike `instanceof`, also for files of another frame.
  return /^\[object (Blob|File)\]$/.test(Object.prototype.toString.call(input));
}

function discard({ picture }: ReadInput): void {
  if (picture.kind === "bitmap") picture.bitmap.close();
}
