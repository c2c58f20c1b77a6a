/** What the network says of each part of a large picture. */
export type Scene = { readonly phase: "none" };

export const noScene: Scene = { phase: "none" };
