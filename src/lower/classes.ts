/**
 * Classes: the heritage and the keys are evaluated here, in order; one `class` instruction does the rest. Types,
 * overloads, abstract and declared members are not there at run time.
 */
import type { ClassMember, FunctionKind, MemberKey, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { closureRef } from "./closures.ts";
import { stable, type Context } from "./context.ts";
import { propertyKey } from "./literals.ts";

type Member = t.ClassBody["body"][number];

export function lowerClass(ctx: Context, node: t.Class, name: string, dst?: Slot): Slot {
  const { build, module } = ctx;
  const className = node.id?.name ?? name;
  const brand = `${className}@${module.sites++}`;
  const self = node.id ? module.analysis.scopes.get(node)?.bindings.get(node.id.name) : undefined;
  const selfCell = self?.storage === "cell" ? ctx.slotOf(self) : null;
  if (selfCell !== null) build.emit({ op: "newCell", dst: selfCell, name: className, initialized: false });
  module.privateScopes.push({ brand, names: privateNames(node) });
  const superClass = node.superClass ? stable(ctx, ctx.expression(node.superClass), node.body) : null;
  const constructorNode = node.body.body.find(
    (m): m is t.ClassMethod => m.type === "ClassMethod" && m.kind === "constructor",
  );
  const members: ClassMember[] = [];
  for (const member of node.body.body) {
    const lowered = member === constructorNode ? null : lowerMember(ctx, member);
    if (lowered !== null) members.push(lowered);
  }
  const constructorKind: FunctionKind = superClass === null ? "constructor" : "derivedConstructor";
  const constructorFunction =
    constructorNode === undefined ? null : closureRef(ctx, constructorNode, className, constructorKind);
  module.privateScopes.pop();
  const definition = { name: className, superClass, constructorFunction, members, selfCell, brand };
  return build.compute(dst, (to) => ({ op: "class", dst: to, definition }));
}

function privateNames(node: t.Class): ReadonlySet<string> {
  const names = new Set<string>();
  for (const member of node.body.body)
    if ("key" in member && member.key.type === "PrivateName") names.add(member.key.id.name);
  return names;
}

function lowerMember(ctx: Context, member: Member): ClassMember | null {
  switch (member.type) {
    case "ClassMethod":
    case "ClassPrivateMethod": {
      if (member.type === "ClassMethod" && member.abstract) return null;
      const kind = member.kind === "constructor" ? "method" : member.kind;
      const { key, name } = memberKey(ctx, member);
      const functionName = kind === "method" || name === "" ? name : `${kind} ${name}`;
      const functionKind = kind === "get" ? "getter" : kind === "set" ? "setter" : "method";
      return {
        kind,
        isStatic: Boolean(member.static),
        key,
        closure: closureRef(ctx, member, functionName, functionKind),
      };
    }
    case "ClassProperty":
    case "ClassPrivateProperty": {
      if (member.type === "ClassProperty" && (member.declare || member.abstract)) return null;
      const isOmitted =
        !member.value && member.type === "ClassProperty" && ctx.module.options.uninitializedFields === "omit";
      const { key, name } = memberKey(ctx, member);
      if (isOmitted) return null;
      const closure = member.value ? closureRef(ctx, member, name, "initializer") : null;
      return { kind: "field", isStatic: Boolean(member.static), key, closure };
    }
    case "StaticBlock":
      return { kind: "staticBlock", isStatic: true, key: null, closure: closureRef(ctx, member, "", "initializer") };
    default:
      return null;
  }
}

function memberKey(
  ctx: Context,
  member: { readonly key: t.Node; readonly computed?: boolean | undefined },
): { readonly key: MemberKey; readonly name: string } {
  if (member.key.type === "PrivateName")
    return { key: { privateName: member.key.id.name }, name: `#${member.key.id.name}` };
  const { operand, name } = propertyKey(ctx, member);
  return { key: operand, name: name ?? "" };
}
