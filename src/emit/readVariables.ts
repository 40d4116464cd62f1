/** Which identifiers of a function stand for variables of its own, and how those are used. */
import type * as t from "@babel/types";
import { t as build, traverse, type NodePath } from "../syntax/babel.ts";

/** A variable or parameter of the function itself, not of those in it. */
export interface Variable {
  declaration: t.Identifier;
  /** all identifiers that stand for it */
  readonly uses: Set<t.Identifier>;
  /** those that give it a value, its declaration left aside */
  readonly writes: Set<t.Identifier>;
  /** a function inside uses it too */
  isCaptured: boolean;
  /** it means something else elsewhere: the function's own name, a variable of `var`, a function declared inside */
  readonly isFixed: boolean;
}

export function readVariables(fn: t.FunctionExpression | t.FunctionDeclaration): Map<t.Identifier, Variable> {
  const variables = new Map<t.Identifier, Variable>();
  const byDeclaration = new Map<t.Node, Variable>();
  const written: t.Identifier[] = [];
  const isOwn = (path: NodePath): boolean => path.scope.getFunctionParent()?.block === fn;
  const statement = fn.type === "FunctionExpression" ? build.expressionStatement(fn) : fn;
  traverse(build.file(build.program([statement])), {
    enter(path) {
      const { node } = path;
      if (node.type === "AssignmentExpression" || node.type === "ForInStatement" || node.type === "ForOfStatement")
        written.push(...targetsIn(node.left));
      if (node.type === "UpdateExpression") written.push(...targetsIn(node.argument));
      if (node.type !== "Identifier" || !standsForVariable(path as NodePath<t.Identifier>)) return;
      const binding = path.scope.getBinding(node.name);
      if (binding === undefined || binding.scope.getFunctionParent()?.block !== fn) return;
      let variable = byDeclaration.get(binding.identifier);
      if (variable === undefined) {
        const isFixed = !["let", "const", "param"].includes(binding.kind);
        variable = { declaration: binding.identifier, uses: new Set(), writes: new Set(), isCaptured: false, isFixed };
        byDeclaration.set(binding.identifier, variable);
      }
      variables.set(node, variable);
      variable.uses.add(node);
      if (!isOwn(path)) variable.isCaptured = true;
    },
  });
  for (const node of written) variables.get(node)?.writes.add(node);
  return variables;
}

/** Not a key, a label or part of `new.target`. */
function standsForVariable({ parent, key }: NodePath<t.Identifier>): boolean {
  switch (parent.type) {
    case "MemberExpression":
    case "OptionalMemberExpression":
      return key !== "property" || parent.computed;
    case "ObjectProperty":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassProperty":
    case "ClassAccessorProperty":
      return key !== "key" || parent.computed === true;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return key !== "label";
    case "MetaProperty":
    case "PrivateName":
      return false;
    default:
      return true;
  }
}

/** Variables that an assignment writes; a declaration is none. */
function targetsIn(left: t.Node): readonly t.Identifier[] {
  if (left.type === "VariableDeclaration") return [];
  return Object.values(build.getBindingIdentifiers(left, true)).flat();
}
