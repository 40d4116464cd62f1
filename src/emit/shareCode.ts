/**
 * Equal code in the residual functions of a file is shared: in those of sites and in those that they call, and in what a
 * binder makes. A function that a residual makes each time it runs is left alone.
 */
import type * as t from "@babel/types";
import type { Origin } from "../ir/types.ts";
import { collectNames, type FreshNames } from "../syntax/freshNames.ts";
import type { Emitted } from "./emitFile.ts";
import { shareRepeats } from "./shareRepeats.ts";

export function shareCode(
  emitted: Emitted,
  fresh: FreshNames,
  /** the site is a context: its residual is a binder, which runs once */
  isContext: (site: Origin) => boolean,
  nameOf: (code: t.Node) => string | null,
): Emitted {
  for (const node of [...emitted.declarations, ...emitted.sites.map(({ expression }) => expression)])
    for (const name of collectNames(node)) fresh.reserve(name);
  const declarations = emitted.declarations.flatMap((statement) => inStatement(statement, fresh, nameOf));
  const sites = emitted.sites.map((site) => {
    const { expression, origin } = site;
    if (expression.type !== "FunctionExpression") return site;
    if (isContext(origin)) {
      const body = expression.body.body.flatMap((statement) => inStatement(statement, fresh, nameOf));
      return { ...site, expression: { ...expression, body: { ...expression.body, body } } };
    }
    const { fn, shared } = shareRepeats(expression, fresh, nameOf);
    declarations.push(...shared);
    return { ...site, expression: fn };
  });
  return { ...emitted, declarations, sites };
}

function inStatement(
  statement: t.Statement,
  fresh: FreshNames,
  nameOf: (code: t.Node) => string | null,
): readonly t.Statement[] {
  if (statement.type !== "FunctionDeclaration") return [statement];
  const { fn, shared } = shareRepeats(statement, fresh, nameOf);
  return [...shared, fn];
}
