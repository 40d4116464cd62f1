/** What is declared in the head of a function, or in a function type that speaks of it. */
import type * as t from "@babel/types";
import type { Origin } from "../ir/types.ts";
import { params, returnType } from "../syntax/babelCompat.ts";
import { locationOf } from "../syntax/location.ts";
import { annotated } from "./readMembers.ts";
import { readType, undeclared, type TypeContext, type TypePlace } from "./readType.ts";
import type { Declared, DeclaredParam } from "./types.ts";

export interface Head {
  readonly thisParam: Declared | null;
  readonly params: readonly DeclaredParam[];
  readonly result: Declared;
}

/** `node` is a function, method, function type or overload. */
export function readFunctionDeclaration(context: TypeContext, node: t.Node, place: TypePlace): Head {
  const all = params(node).map((param) => readParam(context, param, place));
  const thisParam = all.find((param) => param.name === "this");
  const result = returnType(node);
  return {
    thisParam: thisParam?.declared ?? null,
    params: all.filter((param) => param !== thisParam),
    result: result === null ? undeclared : readType(context, result, place),
  };
}

function readParam(context: TypeContext, param: t.Node, place: TypePlace): DeclaredParam {
  const property = param.type === "TSParameterProperty" ? param.parameter : param;
  const withDefault = property.type === "AssignmentPattern";
  const target: t.Node = withDefault ? property.left : property;
  const rest = target.type === "RestElement";
  const type = annotated((target as t.Identifier).typeAnnotation);
  const name = rest ? target.argument : target;
  const declared = type === null ? undeclared : readType(context, type, place);
  return {
    name: name.type === "Identifier" ? name.name : null,
    optional: withDefault || rest || (target.type === "Identifier" && target.optional === true),
    rest,
    declared: rest ? ofRest(declared) : withDefault ? orUndefined(declared) : declared,
    origin: originOf(param, place.file),
  };
}

/** `...parts: D<number>[]` and `...parts: D<number[]>` both declare the parts. */
function ofRest(declared: Declared): Declared {
  const { kind, elements } = declared;
  return kind === "partial" && elements !== null ? { ...declared, kind: elements.kind } : declared;
}

/** With a default, undefined may be passed. */
function orUndefined(declared: Declared): Declared {
  if (declared.type === "unknown" || declared.type.split("|").includes("undefined")) return declared;
  return { ...declared, type: [...declared.type.split("|"), "undefined"].sort().join("|") };
}

export function originOf(node: t.Node, file: string): Origin {
  return locationOf(node, file) ?? { file, line: 1, column: 0, endLine: 1, endColumn: 0 };
}
