import { finder } from "../find.js";
import type { State } from "../state.js";
import { wordsOf } from "../words/languages.js";
import type { CameraControl } from "./control.js";

/** Shows the camera in place of the picture, with what can be done with it. */
export function cameraView(page: Document, control: CameraControl): (state: State) => void {
  const find = finder(page);
  const start = find("camera-start");
  const video = find<HTMLVideoElement>("camera");
  const controls = find("camera-controls");
  const turn = find("camera-turn");
  let isOn = false;
  let turning = false;

  start.hidden = !navigator.mediaDevices?.getUserMedia;
  start.addEventListener("click", () => (isOn ? control.stop() : control.start()));
  turn.addEventListener("click", control.turn);
  find("camera-take").addEventListener("click", control.take);
  find("camera-stop").addEventListener("click", control.stop);

  return ({ camera, picture, preview, look, language }) => {
    isOn = camera.phase !== "off";
    start.setAttribute("aria-pressed", String(isOn));
    // The last frame stays until the picture that replaces it is there.
    const isReplaced = picture !== null && look.phase === "looking" && video.srcObject !== null;
    video.hidden = preview !== null || !(isOn || isReplaced);
    if (video.hidden && !isOn) video.srcObject = null;
    video.setAttribute("aria-label", wordsOf(language).camera.view);
    const isLive = camera.phase === "live";
    // A button that vanishes must not take the focus with it, and has it back where it only turned the camera.
    if (!isLive && controls.contains(page.activeElement)) {
      turning = page.activeElement === turn;
      start.focus();
    }
    controls.hidden = !isLive;
    turn.hidden = !isLive || !camera.several;
    if (isLive || !isOn) {
      if (turning && isLive && page.activeElement === start) turn.focus();
      turning = false;
    }
  };
}
