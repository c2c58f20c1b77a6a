/** The camera, live or not. */
export type Camera = { readonly phase: "off" };

export const noCamera: Camera = { phase: "off" };
