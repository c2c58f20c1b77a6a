import type { Classifier, Outcome } from "wideye";

import { inOrder, looksLikePicture } from "../intake/pictures.js";
import { isReadable } from "../picture/bytes.js";
import { problemOf } from "../problem.js";
import type { Problem, Store } from "../state.js";
import { type Column, type Many, noMany, type Row } from "./many.js";

/** Answers are gathered for this long, so that a fast network does not keep the page busy with its table. */
const GATHER_MS = 100;

/** What can be done with many pictures. */
export interface ManyPictures {
  /** Looks at the pictures among these files, in place of those before. */
  start(files: Iterable<File>): void;
  pause(): void;
  goOn(): void;
  /** Leaves it at the answers that there are. */
  stop(): void;
  clear(): void;
  /** Sorts by a column; by the same again the other way round. */
  sort(column: Column): void;
  filter(text: string): void;
  turnTo(page: number): void;
}

/** Looks at many pictures while the tool is open. */
export function lookAtMany(store: Store, classifier: () => Promise<Classifier>): ManyPictures {
  let underWay: readonly File[] | null = null;
  let latest = new AbortController();

  const change = (part: Partial<Many>): void => store.change({ many: { ...store.state.many, ...part } });

  const work = async (signal: AbortSignal): Promise<void> => {
    try {
      const network = await classifier();
      const { files, rows, fit } = store.state.many;
      let gathered: Row[] = [];
      let since = performance.now();
      const show = (phase: Many["phase"]): void => {
        const now = performance.now();
        const { rows, elapsedMs } = store.state.many;
        change({
          phase,
          model: network.modelInfo,
          rows: [...rows, ...gathered],
          elapsedMs: elapsedMs + now - since,
        });
        [gathered, since] = [[], now];
      };
      const outcomes = network.classifyAll(files.slice(rows.length), { fit, thumbnail: true, signal });
      let position = rows.length;
      for await (const outcome of outcomes) {
        const row = await rowOf(outcome, position);
        if (signal.aborted) return;
        gathered.push(row);
        position += 1;
        if (performance.now() - since >= GATHER_MS) show("running");
      }
      show("done");
    } catch (error) {
      if (!signal.aborted) change({ phase: "paused", problem: problemOf(error) });
    }
  };

  store.show(({ many, tool }) => {
    const wanted = many.phase === "running" && tool === "many" ? many.files : null;
    if (wanted === underWay) return;
    underWay = wanted;
    latest.abort();
    latest = new AbortController();
    if (wanted) void work(latest.signal);
  });

  return {
    start: (files) => {
      const all = [...files];
      const pictures = inOrder(all.filter(looksLikePicture));
      const { fit, many } = store.state;
      store.change({
        tool: "many",
        many: {
          ...noMany,
          phase: pictures.length > 0 ? "running" : "done",
          files: pictures,
          skipped: all.length - pictures.length,
          fit,
          order: many.order,
        },
      });
    },
    pause: () => change({ phase: "paused" }),
    goOn: () => change({ phase: "running", problem: null }),
    stop: () => change({ phase: "done", problem: null }),
    clear: () => store.change({ many: noMany }),
    sort: (column) => {
      const { order } = store.state.many;
      change({ order: { column, descending: column === order.column && !order.descending }, page: 0 });
    },
    filter: (text) => change({ filter: text, page: 0 }),
    turnTo: (page) => change({ page }),
  };
}

async function rowOf({ input, result, error }: Outcome<File>, position: number): Promise<Row> {
  if (error) return { position, file: input, problem: await problemIn(input, problemOf(error)) };
  const { predictions, known, thumbnail } = result;
  return { position, file: input, seen: { predictions, known, thumbnail: thumbnail! } };
}

/** Tells a file that could not be read from a part of the network that could not be fetched for it. */
async function problemIn(file: File, problem: Problem): Promise<Problem> {
  if (problem.code !== "network" || (await isReadable(file))) return problem;
  return { ...problem, code: "unreadable" };
}
