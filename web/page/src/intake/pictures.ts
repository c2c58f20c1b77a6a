const TYPES = /^image\/(jpeg|png|webp|gif|bmp)$/;
const EXTENSIONS = /\.(jpe?g|jfif|png|webp|gif|bmp)$/i;
const { compare } = new Intl.Collator("en", { numeric: true });

/** Whether a file looks like a picture that the network reads, by its type or else its name. */
export function looksLikePicture({ type, name }: Pick<File, "type" | "name">): boolean {
  // macOS puts a hidden “._photo.jpg” beside “photo.jpg”, which holds none.
  if (name.startsWith(".")) return false;
  return TYPES.test(type) || EXTENSIONS.test(name);
}

/** A file's path within its folder, where it came with one. */
export function pathOf({ webkitRelativePath, name }: File): string {
  return webkitRelativePath || name;
}

/** Returns files in the order of their paths, as people number them: 2 before 10. */
export function inOrder(files: Iterable<File>): File[] {
  return [...files].sort((one, other) => compare(pathOf(one), pathOf(other)));
}
