/** A folder of pictures and their answers. */
export type Many = { readonly phase: "none" };

export const noMany: Many = { phase: "none" };
