import entries from "../../samples/index.json";

/** A picture that travels with the page. */
export interface Sample {
  readonly url: string;
  readonly title: string;
  readonly alt: string;
  /** The model's classes that the picture shows. */
  readonly classes: readonly string[];
  readonly source: string;
  readonly licence: string;
  readonly author: string;
}

const urls = import.meta.glob<string>("../../samples/*.{jpg,jpeg,png,webp}", {
  eager: true,
  query: "?url",
  import: "default",
});

/** The sample pictures in the order of their index. */
export const samples: readonly Sample[] = entries.map(({ file, ...entry }) => {
  const url = urls[`../../samples/${file}`];
  if (!url) throw new Error(`samples/index.json names ${file}, which is missing`);
  return { ...entry, url: new URL(url, document.baseURI).href };
});
