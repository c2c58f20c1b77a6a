import { Failure, problemOf } from "../problem.js";
import type { Problem } from "../state.js";

// The network sees 32 by 32 pixels: larger frames would cost time and show it nothing more.
const WISH = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 60 } };

/** Which camera is wanted: one that looks this way, or this very one. */
export type Wish = Pick<MediaTrackConstraints, "facingMode" | "deviceId">;

/** Asks the visitor for a camera. */
export function openCamera(wish: Wish): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { ...WISH, ...wish } });
}

/** Returns the device's cameras; they have names only once the visitor has allowed one. */
export async function cameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput");
}

/** Returns the wish for the other camera: the one at the other side of a phone, else the next one. */
export function otherCamera(
  { facingMode, deviceId }: MediaTrackSettings,
  devices: readonly Pick<MediaDeviceInfo, "deviceId">[],
): Wish {
  if (facingMode === "user") return { facingMode: "environment" };
  if (facingMode === "environment") return { facingMode: "user" };
  const at = devices.findIndex((device) => device.deviceId === deviceId);
  return { deviceId: { exact: devices[(at + 1) % devices.length]!.deviceId } };
}

/** Says why there is no camera, from what `getUserMedia` rejects with or the page itself. */
export function cameraProblem(error: unknown): Problem {
  if (error instanceof Failure) return problemOf(error);
  const { name = "Error", message = String(error) } = error as Partial<DOMException>;
  const code =
    {
      NotAllowedError: "camera-refused",
      SecurityError: "camera-refused",
      NotFoundError: "camera-missing",
      OverconstrainedError: "camera-missing",
      NotReadableError: "camera-busy",
      AbortError: "camera-busy",
    }[name] ?? "internal";
  return { code, message: message || name };
}
