import type { Picture } from "../state.js";

/** Returns the picture that another app has shared, where the page was opened for that; it is given once. */
export async function sharedPicture(): Promise<Picture | null> {
  if (!new URL(location.href).searchParams.has("shared")) return null;
  history.replaceState(null, "", location.pathname + location.hash);
  const response = await fetch("./shared");
  const file = response.ok ? (await response.formData()).get("picture") : null;
  return file instanceof File ? { source: file, name: file.name, alt: file.name } : null;
}
