/**
 * A residual with the checks of its assumptions around it:
 *
 *   checkAssumptions("main.ts:5:17", x => x * 2, () => [["table.k", table, "=", "k", 2]], [["number"]])
 *
 * Needs: the residual's expression, what it relied on, what is declared of its arguments. Promises: the names it uses are given
 * by `names`, so that they are imported; no node is shared.
 */
import type * as t from "@babel/types";
import type { Primitive } from "../ir/types.ts";
import type { Named, Probe, ReliedOn } from "../specialize/relied.ts";
import { t as build } from "../syntax/babel.ts";
import type { Names } from "./names.ts";
import { pathExpression } from "./pathExpression.ts";

const CHECKS = { kind: "external", module: "babel-plugin-specialize/checks", name: "checkAssumptions" } as const;

export interface ReliedRows {
  readonly relied: readonly ReliedOn[];
  readonly probes: readonly Probe[];
  /** what globals of the host are said to hold, by their paths */
  readonly host: Readonly<Record<string, Primitive>>;
}

export interface Checks extends ReliedRows {
  /** what is declared of each argument, and the shapes that are meant by number */
  readonly args: readonly (readonly string[] | number | null)[];
  readonly shapes: readonly object[];
}

export function checkedSite(expression: t.Expression, place: string, checks: Checks, names: Names): t.Expression {
  const shapes = checks.shapes.length === 0 ? [] : [build.valueToNode(checks.shapes)];
  return build.callExpression(build.identifier(names.of("checkAssumptions of", CHECKS)), [
    build.stringLiteral(place),
    expression,
    reliedRows(checks, names),
    build.valueToNode(checks.args),
    ...shapes,
  ]);
}

/** A function that gives what the residuals of the file relied on: `() => [["table.k", table, "=", "k", 2]]`. */
export function reliedRows({ relied, probes, host }: ReliedRows, names: Names): t.Expression {
  // what differs in the surroundings is why objects differ: that is said first
  const isAround = ({ kind }: Probe): boolean => kind === "none";
  const rows = [
    ...probes.filter(isAround).map((one) => probeRow(one, names)),
    ...Object.entries(host).map(([path, value]) => globalRow(path, value, 19)),
    ...relied.map((one) => row(one, names)),
    ...probes.filter((one) => !isAround(one)).map((one) => probeRow(one, names)),
  ];
  return build.arrowFunctionExpression([], build.arrayExpression(rows));
}

function row({ object, key, expected }: ReliedOn, names: Names): t.Expression {
  const isWhole = expected.kind === "keys" || expected.kind === "entries";
  const name = textOf(object, isWhole ? [] : [key]);
  const about = (kind: string, ...rest: t.Expression[]): t.Expression =>
    build.arrayExpression([build.stringLiteral(name), expressionOf(object, names), build.stringLiteral(kind), ...rest]);
  switch (expected.kind) {
    case "value":
      return about("=", build.stringLiteral(key), literal(expected.value));
    case "named":
      return about("=", build.stringLiteral(key), expressionOf(expected.object, names));
    case "absent":
      return about("-", build.stringLiteral(key));
    case "keys":
      return about("keys", build.valueToNode([...expected.keys]));
    case "entries":
      return about(
        "entries",
        build.arrayExpression(expected.entries.map((entry) => build.arrayExpression(entry.map(literal)))),
      );
  }
}

/** What is asked by a function of its own: that a variable is there yet is asked too. */
function probeRow(probe: Probe, names: Names): t.Expression {
  if (probe.kind === "variable")
    return asked(textOf(probe.object, []), expressionOf(probe.object, names), probe.value, 5);
  if (probe.kind === "none") return globalRow(probe.global, undefined, 18);
  const args = probe.args.map((arg) => literal(arg));
  const [global = "", ...path] = probe.path.split(".");
  const method = path[path.length - 1] ?? "";
  const isMethod = path[0] === "prototype" && typeof probe.receiver === "string";
  const callee = isMethod
    ? build.memberExpression(literal(probe.receiver), build.identifier(method))
    : pathExpression(global, path);
  const shown = probe.args.map((arg) => JSON.stringify(arg) ?? "undefined").join(", ");
  const text = isMethod ? `${JSON.stringify(probe.receiver)}.${method}(${shown})` : `${probe.path}(${shown})`;
  return asked(text, build.callExpression(callee, args), probe.value, 2);
}

/** `globalThis.process?.env?.NODE_ENV` */
function globalRow(path: string, value: Primitive, assumption: number): t.Expression {
  let expression: t.Expression = build.identifier("globalThis");
  for (const [n, name] of path.split(".").entries())
    expression =
      n === 0
        ? build.memberExpression(expression, build.identifier(name))
        : build.optionalMemberExpression(expression, build.identifier(name), false, true);
  return asked(path, expression, value, assumption);
}

function asked(name: string, expression: t.Expression, value: Primitive, assumption: number): t.Expression {
  return build.arrayExpression([
    build.stringLiteral(name),
    build.arrowFunctionExpression([], expression),
    build.stringLiteral("is"),
    literal(value),
    build.numericLiteral(assumption),
  ]);
}

function literal(value: Primitive): t.Expression {
  if (typeof value !== "bigint") return build.valueToNode(value);
  const digits = build.bigIntLiteral(String(value < 0n ? -value : value));
  return value < 0n ? build.unaryExpression("-", digits) : digits;
}

function expressionOf({ binding, path }: Named, names: Names): t.Expression {
  return pathExpression(names.of(`$ref:${JSON.stringify(binding)}`, binding), path);
}

function textOf({ binding, path }: Named, last: readonly string[]): string {
  return [binding.kind === "binding" ? binding.name : "an object", ...path, ...last].join(".");
}
