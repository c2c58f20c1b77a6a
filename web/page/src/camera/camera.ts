/** The camera, live or not. */
export type Camera =
  | { readonly phase: "off" }
  | { readonly phase: "starting" }
  | {
      readonly phase: "live";
      /** Of a frame, in pixels. */
      readonly width: number;
      readonly height: number;
      /** Whether there is another camera to turn to. */
      readonly several: boolean;
      /** Frames answered in the last second, once there was one. */
      readonly framesPerSecond: number | null;
    };

export const noCamera: Camera = { phase: "off" };
