/** What a second network says of the same picture. */
export type Comparison = { readonly phase: "none" };

export const noComparison: Comparison = { phase: "none" };
