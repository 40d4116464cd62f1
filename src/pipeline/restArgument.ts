/**
 * What a site supplies for the rest parameter of its function: nothing, so that the residual has one as well, or, by name,
 * an array of all there is of it.
 *
 * Promises: what stays a parameter takes the same arguments as without the plugin, where statics by name end the list, and
 * those by position stand in front of what the caller passes.
 */
import type { Code } from "../specialize/program.ts";
import type { Session, Site } from "../specialize/session.ts";
import type { Value } from "../specialize/values.ts";

export type RestArgument =
  | { readonly kind: "parameter" }
  | { readonly kind: "static"; readonly values: readonly Value[] }
  | { readonly kind: "misfit"; readonly reason: string };

/** The rest parameter of the site's function; without one nothing is supplied for it. */
export function restArgument(session: Session, site: Site, code: Code): RestArgument {
  const { ir } = code;
  if (ir.rest === null) return { kind: "static", values: [] };
  const statics = site.statics.kind === "object" ? session.world.get(site.statics.address) : undefined;
  if (statics?.kind === "array")
    return (statics.elements?.length ?? 0) <= ir.params.length
      ? { kind: "parameter" }
      : { kind: "misfit", reason: "a part of its rest parameter is given by position" };
  const given = statics?.properties.get(ir.slots[ir.rest]?.name ?? "")?.value;
  if (given === undefined) return { kind: "parameter" };
  const list = given.kind === "object" ? session.world.get(given.address) : undefined;
  const values = list?.kind === "array" ? (list.elements ?? []) : null;
  const isKnown = values?.every((value) => value?.kind === "const");
  return values !== null && isKnown === true
    ? { kind: "static", values: values.filter((value) => value !== null && value !== undefined) }
    : { kind: "misfit", reason: "what is given for its rest parameter is not an array of constants" };
}
