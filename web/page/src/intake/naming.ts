import type { Picture } from "../state.js";
import { formatsOf } from "../words/format.js";
import { type Language, wordsOf } from "../words/languages.js";

/** Lists the classes that a picture really shows; null where they are not known. */
export function classesIn({ classes }: Pick<Picture, "classes">, language: Language): string | null {
  return classes ? formatsOf(language).list(classes.map(wordsOf(language).label)) : null;
}

/** Names a picture by the classes that it really shows, else as it is called. */
export function nameOf(picture: Pick<Picture, "classes" | "name">, language: Language): string {
  const classes = classesIn(picture, language);
  return classes ? classes.charAt(0).toLocaleUpperCase(language) + classes.slice(1) : picture.name;
}
