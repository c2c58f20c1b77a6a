import { pictureInFile } from "../intake/intake.js";
import { requirePixels } from "../picture/readback.js";
import type { Session } from "../session.js";
import type { State, Store } from "../state.js";
import { noCamera } from "./camera.js";
import { eachFrame, frameRate } from "./frames.js";
import { cameraProblem, cameras, openCamera, otherCamera, type Wish } from "./stream.js";

/** What the camera can be asked to do. */
export interface CameraControl {
  start(): void;
  stop(): void;
  /** Turns to another camera. */
  turn(): void;
  /** Keeps the frame that is shown as the picture. */
  take(): void;
}

/** Lets the network look through the camera; the camera is released as soon as the state says that it is off. */
export function controlCamera(store: Store, session: Session, video: HTMLVideoElement): CameraControl {
  let opened = new AbortController();

  const open = async (wish: () => Wish | Promise<Wish>): Promise<void> => {
    opened.abort();
    opened = new AbortController();
    const { signal } = opened;
    store.change({ camera: { phase: "starting" } });
    try {
      requirePixels();
      const stream = await openCamera(await wish());
      const release = (): void => {
        for (const track of stream.getTracks()) track.stop();
      };
      if (signal.aborted) {
        release();
        return;
      }
      signal.addEventListener("abort", release);
      stream.getVideoTracks()[0]!.addEventListener("ended", () => {
        session.fail({ code: "camera-gone", message: "the camera ended" });
      });
      session.clear();
      video.srcObject = stream;
      await video.play();
      const several = (await cameras()).length > 1;
      if (signal.aborted) return;
      const { videoWidth: width, videoHeight: height } = video;
      store.change({ camera: { phase: "live", width, height, several, framesPerSecond: null } });
      const count = frameRate(performance.now());
      const see = async (): Promise<void> => {
        if (!isOfSize(store.state)) return;
        await session.watch(video);
        const framesPerSecond = count(performance.now());
        const { camera } = store.state;
        if (framesPerSecond !== null && camera.phase === "live") {
          store.change({ camera: { ...camera, framesPerSecond } });
        }
      };
      eachFrame(video, see, signal);
    } catch (error) {
      if (!signal.aborted) session.fail(cameraProblem(error));
    }
  };

  /** Whether the video shows frames of the size that the state, and with it the crop, is of. */
  const isOfSize = ({ camera }: State): boolean =>
    camera.phase === "live" && camera.width === video.videoWidth && camera.height === video.videoHeight;

  const stop = (): void => {
    const { camera, picture } = store.state;
    // The last frame's answer stays while the camera turns.
    if (camera.phase !== "off" && picture === null) session.clear();
    store.change({ camera: noCamera });
  };

  const turn = async (): Promise<void> => {
    const [track] = (video.srcObject as MediaStream).getVideoTracks();
    const settings = track!.getSettings();
    await open(async () => otherCamera(settings, await cameras()));
  };

  const take = async (): Promise<void> => {
    video.pause();
    const { signal } = opened;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext("2d")!.drawImage(video, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const file = new File([blob], "camera.png", { type: blob.type });
    if (!signal.aborted) session.look(pictureInFile(file), store.state.crop);
  };

  // A phone that is turned turns the frames.
  video.addEventListener("resize", () => {
    const { videoWidth: width, videoHeight: height } = video;
    const { camera } = store.state;
    if (width > 0 && camera.phase === "live")
      store.change({ camera: { ...camera, width, height }, crop: null });
  });
  const page = video.ownerDocument;
  page.addEventListener("visibilitychange", () => {
    if (page.hidden) stop();
  });
  store.show(({ camera }) => {
    if (camera.phase === "off") opened.abort();
  });

  return { start: () => void open(() => ({ facingMode: "environment" })), stop, turn, take };
}
