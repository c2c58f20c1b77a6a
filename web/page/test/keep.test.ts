// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ModelInfo } from "wideye";

import { keepPage } from "../src/offline/keep.js";
import { Store } from "../src/state.js";

const MINUTE = 60_000;
const waiting = { postMessage: vi.fn() };
const registration = {
  active: {},
  waiting: null as typeof waiting | null,
  addEventListener: () => {},
  update: vi.fn(async () => {}),
};
let serviceWorker: EventTarget;
let store: Store;
let takeOver: () => void;

const open = ({ isFirstVisit = false, refused = null as Error | null } = {}): void => {
  const unlessRefused = async <T>(value: T): Promise<T> => {
    if (refused) throw refused;
    return value;
  };
  serviceWorker = Object.assign(new EventTarget(), {
    controller: isFirstVisit ? null : {},
    getRegistration: () => unlessRefused(isFirstVisit ? undefined : registration),
    register: () => unlessRefused(registration),
  });
  vi.stubGlobal("navigator", { serviceWorker });
  store = new Store();
  takeOver = keepPage(store);
};

beforeEach(async () => {
  vi.useFakeTimers();
  registration.waiting = null;
  registration.update.mockClear();
  open();
  store.change({ network: { phase: "ready", info: {} as ModelInfo } });
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const comeBackAfter = async (minutes: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(minutes * MINUTE);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
};

it("looks for a newer version when the page comes back to sight, once an hour at most", async () => {
  await comeBackAfter(59);
  expect(registration.update).toHaveBeenCalledTimes(0);
  await comeBackAfter(1);
  await comeBackAfter(59);
  expect(registration.update).toHaveBeenCalledTimes(1);
  await comeBackAfter(1);
  expect(registration.update).toHaveBeenCalledTimes(2);
});

it("offers a version again that was put off", async () => {
  registration.waiting = waiting;
  await comeBackAfter(60);
  expect(store.state.offline.updateWaits).toBe(true);
  store.change({ offline: { ...store.state.offline, updateWaits: false } });
  await comeBackAfter(59);
  expect(store.state.offline.updateWaits).toBe(false);
  await comeBackAfter(1);
  expect(store.state.offline.updateWaits).toBe(true);
  takeOver();
  expect(waiting.postMessage).toHaveBeenCalledWith("take over");
});

it("does without where service workers are refused", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  open({ isFirstVisit: true, refused: new DOMException("private window", "SecurityError") });
  store.change({ network: { phase: "ready", info: {} as ModelInfo } });
  vi.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(store.state.offline.kept).toBe(false);
});

it("loads the page again with each version but the first", async () => {
  const reload = vi.spyOn(location, "reload").mockReturnValue();
  const takesOver = async (): Promise<void> => {
    serviceWorker.dispatchEvent(new Event("controllerchange"));
    await vi.advanceTimersByTimeAsync(0);
  };
  await takesOver();
  expect(reload).toHaveBeenCalledTimes(1);
  open({ isFirstVisit: true });
  await takesOver();
  expect(reload).toHaveBeenCalledTimes(1);
  expect(store.state.offline.kept).toBe(true);
  await takesOver();
  expect(reload).toHaveBeenCalledTimes(2);
});
