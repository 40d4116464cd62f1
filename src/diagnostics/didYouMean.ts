import { closest, distance } from "fastest-levenshtein";

/** ", did you mean `known`?" when one of the known names is near, else nothing: the `{hint}` of a message. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(name, known);
  const allowed = Math.max(1, Math.floor(name.length / 3));
  return distance(name.toLowerCase(), nearest.toLowerCase()) <= allowed ? `, did you mean \`${nearest}\`?` : "";
}
