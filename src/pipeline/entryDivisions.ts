/** Divisions to analyse: from the sites of a file, from a declaration, as the shapes that the analysis asks for. */
import type * as t from "@babel/types";
import type { Declared, FunctionDeclaration, TypeRef } from "../declarations/types.ts";
import type { EntryDivision, EntryShape } from "../analysis/types.ts";
import type { IrFunction, Origin } from "../ir/types.ts";
import type { ModuleGraph } from "../modules/types.ts";
import { t as build } from "../syntax/babel.ts";
import { locationOf } from "../syntax/location.ts";
import { withoutTypes } from "../syntax/withoutTypes.ts";
import { findSiteCalls, functionAt, readSupplied } from "./checkSites.ts";
import { siteShape } from "./siteShape.ts";

export interface NamedDivision {
  readonly name: string;
  /** the site that asks for it; null: the declaration of the function */
  readonly site: Origin | null;
  readonly entry: EntryDivision;
}

/** One division per site in the file. */
export function divisionsOfSites(graph: ModuleGraph, file: string): NamedDivision[] {
  const module = graph.module(file);
  if (module === null) return [];
  return findSiteCalls(graph, file).flatMap((call) => {
    const [fn, statics] = call.arguments;
    const declaration = fn === undefined ? null : functionAt(graph, module, fn);
    const code = declaration === null ? null : irOf(graph, declaration);
    if (declaration === null || code === null || statics === undefined) return [];
    const { supplied } = readSupplied(graph, module, statics);
    const names = new Set(supplied.filter(({ isHole }) => !isHole).map(({ key }) => key));
    const params = declaration.params.map(({ name, declared, origin }, index): EntryShape => {
      if (names.has(index) || (name !== null && names.has(name))) {
        const value = suppliedValue(statics, name, index);
        return value === null ? { kind: "static" } : siteShape(graph, module, value);
      }
      return shapeOf(
        graph,
        { ...declared, kind: declared.kind === "static" ? "dynamic" : declared.kind },
        `${name ?? "a parameter"} is not supplied at the site`,
        origin,
      );
    });
    return [{ name: declaration.name, site: locationOf(call, file), entry: { ...code, params, receiver: null } }];
  });
}

/** The division that a function's own declaration asks for; null when it declares nothing. */
export function divisionOfDeclaration(graph: ModuleGraph, declaration: FunctionDeclaration): NamedDivision | null {
  const code = irOf(graph, declaration);
  if (code === null || declaration.params.every(({ declared }) => declared.kind === "undeclared")) return null;
  const params = declaration.params.map(({ name, declared, origin }) => {
    const what =
      declared.kind === "dynamic"
        ? `${name ?? "a parameter"} is declared D`
        : `${name ?? "a parameter"} is not declared S`;
    return shapeOf(graph, declared, what, origin);
  });
  return { name: declaration.name, site: null, entry: { ...code, params, receiver: null } };
}

function irOf(graph: ModuleGraph, { origin }: FunctionDeclaration): Pick<EntryDivision, "code"> | null {
  const matches = (fn: IrFunction): boolean =>
    fn.origin?.line === origin.line && fn.origin.column === origin.column && fn.kind !== "module";
  const found = graph.module(origin.file)?.ir.functions.find(matches);
  return found === undefined || found.opaque !== null ? null : { code: { file: origin.file, func: found.id } };
}

/** The value that is supplied for a parameter; null: it is not written down at the site. */
function suppliedValue(statics: t.Node, name: string | null, index: number): t.Node | null {
  const given = withoutTypes(statics);
  if (build.isArrayExpression(given)) return given.elements[index] ?? null;
  if (!build.isObjectExpression(given)) return null;
  const isNamed = (one: t.ObjectExpression["properties"][number]): one is t.ObjectProperty =>
    build.isObjectProperty(one) && !one.computed && build.isIdentifier(one.key, { name: name ?? "" });
  return given.properties.find(isNamed)?.value ?? null;
}

function shapeOf(
  graph: ModuleGraph,
  declared: Declared,
  what: string,
  origin: Origin,
  known: Map<string, EntryShape> = new Map(),
): EntryShape {
  const dynamic: EntryShape = { kind: "dynamic", cause: { what, origin, from: null } };
  if (declared.kind === "dynamic") return dynamic;
  const fields = declared.fields ?? fieldsOf(graph, declared.ref);
  const key = declared.ref === null ? null : `${declared.ref.file}#${declared.ref.name}`;
  const before = key === null ? undefined : known.get(key);
  if (before !== undefined) return before;
  if (
    declared.kind === "static" &&
    (declared.ref === null || fields === null || ![...fields.values()].some(({ kind }) => kind !== "undeclared"))
  ) {
    return { kind: "static" };
  }
  if (declared.kind === "undeclared" || fields === null) return dynamic;
  const shapes = new Map<string, EntryShape>();
  const shape: EntryShape = { kind: "object", isArray: false, fields: shapes, rest: dynamic };
  if (key !== null) known.set(key, shape);
  for (const [name, field] of fields) {
    const cause = field.kind === "dynamic" ? `field ${name} is declared D` : `field ${name} is not declared S`;
    shapes.set(name, shapeOf(graph, field, cause, origin, known));
  }
  return shape;
}

function fieldsOf(graph: ModuleGraph, ref: TypeRef | null): ReadonlyMap<string, Declared> | null {
  return ref === null ? null : (graph.typeDeclaration(ref)?.fields ?? null);
}
