/** What the row of buttons under the answer does. */
export type SharingAction = "copy" | "download" | "share" | "link";

/** What was done last, for as long as its button says so. */
export type Sharing = { readonly action: SharingAction; readonly worked: boolean } | null;

export const nothingShared: Sharing = null;
