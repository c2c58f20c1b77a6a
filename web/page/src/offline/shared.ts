/** Returns the files that another app has shared, where the page was opened for that; they are given once. */
export async function sharedFiles(): Promise<File[]> {
  if (!new URL(location.href).searchParams.has("shared")) return [];
  history.replaceState(null, "", location.pathname + location.hash);
  const response = await fetch("./shared");
  const shared = response.ok ? (await response.formData()).getAll("picture") : [];
  return shared.filter((entry) => entry instanceof File);
}
