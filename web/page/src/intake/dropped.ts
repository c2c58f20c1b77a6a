import { inOrder } from "./pictures.js";

/** Returns the files that were dropped or pasted, folders opened, in the order of their paths. */
export async function filesIn({ items, files }: DataTransfer): Promise<File[]> {
  // The items are gone once this turn of the event loop is over.
  const entries = [...items]
    .map((item) => (item.kind === "file" ? item.webkitGetAsEntry?.() : null))
    .filter((entry) => entry != null);
  // Pasted files have no entries, and lone files need none.
  if (!entries.some(({ isDirectory }) => isDirectory)) return inOrder(files);
  return inOrder(await filesOf(entries));
}

async function filesOf(entries: FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  for (const entry of entries) {
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

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  // Only chosen folders have it by themselves.
  return Object.defineProperty(file, "webkitRelativePath", { value: entry.fullPath.slice(1) });
}
