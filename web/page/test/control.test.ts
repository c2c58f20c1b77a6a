// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type CameraControl, controlCamera } from "../src/camera/control.js";
import { requirePixels } from "../src/picture/readback.js";
import { Failure } from "../src/problem.js";
import type { Session } from "../src/session.js";
import { type Picture, type State, Store } from "../src/state.js";
import { classification } from "./fixtures.js";

vi.mock("../src/picture/readback.js", () => ({ requirePixels: vi.fn() }));

const seen: State["look"] = { phase: "seen", result: classification() };
const picture: Picture = { source: new Blob(), name: "otter.jpg", alt: "" };
const stream = () => {
  const track = { stop: vi.fn(), addEventListener: () => {}, getSettings: () => ({ deviceId: "a" }) };
  return { getTracks: () => [track], getVideoTracks: () => [track] };
};

let store: Store;
let camera: CameraControl;
let session: { clear: () => void; fail: ReturnType<typeof vi.fn> };
let getUserMedia: ReturnType<typeof vi.fn>;

beforeEach(() => {
  vi.resetAllMocks();
  getUserMedia = vi.fn(async () => stream());
  const enumerateDevices = async () => ["a", "b"].map((deviceId) => ({ kind: "videoinput", deviceId }));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia, enumerateDevices } });
  store = new Store();
  session = { clear: () => store.change({ picture: null, look: { phase: "none" } }), fail: vi.fn() };
  const video = {
    ownerDocument: document,
    addEventListener: () => {},
    requestVideoFrameCallback: () => {},
    play: async () => {},
    videoWidth: 4,
    videoHeight: 3,
  };
  camera = controlCamera(store, session as unknown as Session, video as unknown as HTMLVideoElement);
});
afterEach(() => vi.unstubAllGlobals());

const live = () => vi.waitFor(() => expect(store.state.camera).toMatchObject({ phase: "live", width: 4 }));

describe("a camera", () => {
  it("that is stopped while it turns leaves no answer behind", async () => {
    camera.start();
    await live();
    store.change({ look: seen });
    getUserMedia.mockReturnValue(new Promise(() => {}));
    camera.turn();
    await vi.waitFor(() => expect(store.state.camera.phase).toBe("starting"));
    camera.stop();
    expect(store.state).toMatchObject({ camera: { phase: "off" }, look: { phase: "none" } });
  });

  it("that is stopped before it shows anything leaves the picture where it is", () => {
    store.change({ picture, look: seen });
    getUserMedia.mockReturnValue(new Promise(() => {}));
    camera.start();
    camera.stop();
    expect(store.state).toMatchObject({ camera: { phase: "off" }, picture, look: seen });
  });

  it("that is off leaves a failure explained on a page that is hidden", () => {
    const look: State["look"] = { phase: "failed", problem: { code: "address", message: "" } };
    store.change({ look });
    camera.stop();
    expect(store.state.look).toBe(look);
  });

  it("is not asked for where pages may not read pixels", async () => {
    vi.mocked(requirePixels).mockImplementation(() => {
      throw new Failure("hidden-pixels", "made up");
    });
    camera.start();
    await vi.waitFor(() =>
      expect(session.fail).toHaveBeenCalledWith({ code: "hidden-pixels", message: "made up" }),
    );
    expect(getUserMedia).not.toHaveBeenCalled();
  });
});
