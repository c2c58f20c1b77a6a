const EXTENSIONS = /\.(jpe?g|jfif|png|webp|gif|bmp|avif)$/i;
const byName = new Intl.Collator(undefined, { numeric: true });

/** Whether a file looks like a picture, by its type or else its name. */
export function looksLikePicture({ type, name }: Pick<File, "type" | "name">): boolean {
  return type.startsWith("image/") || EXTENSIONS.test(name);
}

/** Returns the files that were dropped or pasted, folders opened, in the order of their names. */
export async function filesIn({ items, files }: DataTransfer): Promise<File[]> {
  // The items are gone once this turn of the event loop is over.
  const entries = [...items]
    .map((item) => (item.kind === "file" ? item.webkitGetAsEntry?.() : null))
    .filter((entry) => entry != null);
  // Pasted files have no entries, and lone files need none.
  if (!entries.some(({ isDirectory }) => isDirectory)) return inOrder(files);
  return filesOf(entries);
}

async function filesOf(entries: FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  for (const entry of entries.sort(compareNames)) {
    if (entry.isDirectory) files.push(...(await filesOf(await entriesIn(entry as FileSystemDirectoryEntry))));
    else files.push(await fileOf(entry as FileSystemFileEntry));
  }
  return files;
}

/** A reader hands out a folder in parts, and nothing once it is through. */
async function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return entries;
    entries.push(...part);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** Returns files in the order of their paths, as people number them: 2 before 10. */
export function inOrder(files: Iterable<File>): File[] {
  const path = ({ webkitRelativePath, name }: File): string => webkitRelativePath || name;
  return [...files].sort((one, other) => byName.compare(path(one), path(other)));
}

function compareNames(one: { readonly name: string }, other: { readonly name: string }): number {
  return byName.compare(one.name, other.name);
}
