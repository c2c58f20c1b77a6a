// Safari reads the file some time after the click.
const READ_MS = 10_000;

/** Saves a file where the browser puts downloads. */
export function save(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS);
}
