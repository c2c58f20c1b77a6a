/** The picture changed in ways that should not matter, each with its answer. */
export type Changes = { readonly phase: "none" };

export const noChanges: Changes = { phase: "none" };
