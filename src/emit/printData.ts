/**
 * Plain data as a literal. A part that residual code needs by itself has a name of its own, by which it is mentioned here.
 *
 * Example: `{ if: [1, -0] }`; `{ ["__proto__"]: 1 }`, since without the brackets it would be the prototype.
 */
import type * as t from "@babel/types";
import type { Data } from "../specialize/world.ts";
import { t as build } from "../syntax/babel.ts";

export function printData(data: Data, nameOfPart: (part: string) => string | null): t.Expression {
  if (data.kind === "constant") return printPrimitive(data.value);
  if (data.kind === "regexp") return build.regExpLiteral(data.pattern, data.flags);
  const print = (inner: Data): t.Expression => {
    const name = inner.kind === "constant" ? null : nameOfPart(inner.part);
    return name === null ? printData(inner, nameOfPart) : build.identifier(name);
  };
  if (data.kind === "array") return build.arrayExpression(data.elements.map(print));
  const properties = data.properties.map(([key, inner]) => {
    const isPrototype = key === "__proto__";
    const isName = build.isValidIdentifier(key, false) && !isPrototype;
    const name = isName ? build.identifier(key) : build.stringLiteral(key);
    return build.objectProperty(name, print(inner), isPrototype);
  });
  if (!data.hasPrototype) properties.unshift(build.objectProperty(build.identifier("__proto__"), build.nullLiteral()));
  return build.objectExpression(properties);
}

function printPrimitive(value: (Data & { readonly kind: "constant" })["value"]): t.Expression {
  if (typeof value !== "bigint") return build.valueToNode(value);
  const digits = build.bigIntLiteral(String(value < 0n ? -value : value));
  return value < 0n ? build.unaryExpression("-", digits) : digits;
}
