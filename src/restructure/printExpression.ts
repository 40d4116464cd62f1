/** Expression trees to syntax. */
import type { Primitive } from "../ir/types.ts";
import { t } from "../syntax/babel.ts";
import { atLocation } from "../syntax/location.ts";
import { printObject } from "./printObject.ts";
import type { PrintContext } from "./printing.ts";
import type { Operation, Tree } from "./tree.ts";
import { Refusal } from "./tree.ts";

export function printExpression(ctx: PrintContext, tree: Tree): t.Expression {
  switch (tree.kind) {
    case "constant":
      return printConstant(tree.value);
    case "slot":
      return ctx.reference(tree.slot);
    case "operation":
      return atLocation(printOperation(ctx, tree), tree.step.origin);
    case "method":
      return atLocation(printMethodCall(ctx, tree), tree.step.origin);
    case "conditional":
      return t.conditionalExpression(printTest(ctx, tree.test), ctx.expression(tree.then), ctx.expression(tree.else));
    case "logical":
      return printLogical(ctx, tree, ctx.expression);
    case "not":
      return t.unaryExpression("!", ctx.expression(tree.value));
    case "optional":
      return printOptional(ctx, tree);
    case "compound":
      return t.assignmentExpression(`${tree.operator}=`, printTarget(ctx, tree.target), ctx.expression(tree.right));
    case "update":
      return t.updateExpression(tree.operator, printTarget(ctx, tree.target), tree.prefix);
    case "assign":
      return t.assignmentExpression(
        "=",
        printTarget(ctx, { kind: "slot", slot: tree.slot }),
        ctx.expression(tree.value),
      );
  }
}

function printMethodCall(ctx: PrintContext, tree: Tree & { kind: "method" }): t.Expression {
  const template = tagged(ctx, () => printMember(ctx, tree.callee) as t.Expression, tree.args);
  if (template !== null) return template;
  const callee = printMember(ctx, tree.callee);
  const args = printArguments(ctx, tree.step.args, tree.args);
  return t.isOptionalMemberExpression(callee)
    ? t.optionalCallExpression(callee, args as t.Expression[], false)
    : t.callExpression(callee, args);
}

/** Where only truth counts. */
export function printTest(ctx: PrintContext, tree: Tree): t.Expression {
  if (tree.kind === "logical" && tree.operator !== "??") return printLogical(ctx, tree, (part) => printTest(ctx, part));
  if (tree.kind === "not" && tree.value.kind === "logical" && tree.value.operator !== "??")
    return t.unaryExpression("!", printTest(ctx, tree.value));
  if (tree.kind === "not" && isNullishTest(tree.value)) return printNullish(ctx, tree.value, "!=");
  if (
    tree.kind === "operation" &&
    tree.step.op === "unary" &&
    tree.step.operator === "!" &&
    isNullishTest(tree.operands[0]!)
  )
    return printNullish(ctx, tree.operands[0], "!=");
  return ctx.expression(tree);
}

function isNullishTest(tree: Tree): tree is Operation {
  return tree.kind === "operation" && tree.step.op === "unary" && tree.step.operator === "isNullish";
}

function printNullish(ctx: PrintContext, tree: Operation, operator: "==" | "!="): t.Expression {
  return t.binaryExpression(operator, ctx.expression(tree.operands[0]!), t.nullLiteral());
}

function printLogical(
  ctx: PrintContext,
  tree: Tree & { kind: "logical" },
  part: (tree: Tree) => t.Expression,
): t.Expression {
  // A left-leaning tree of one operator is what the source had: a && b && c.
  const { left, right } = tree;
  if (right.kind === "logical" && right.operator === tree.operator) {
    const inner: Tree = { kind: "logical", operator: tree.operator, left, right: right.left };
    return printLogical(ctx, { ...tree, left: inner, right: right.right }, part);
  }
  return t.logicalExpression(tree.operator, part(left), part(right));
}

export function printConstant(value: Primitive): t.Expression {
  switch (typeof value) {
    case "string":
      return t.stringLiteral(value);
    case "boolean":
      return t.booleanLiteral(value);
    case "bigint":
      return value < 0n ? t.unaryExpression("-", bigint(-value)) : bigint(value);
    case "number":
      return printNumber(value);
    case "undefined":
      return t.identifier("undefined");
    default:
      return t.nullLiteral();
  }
}

function bigint(value: bigint): t.Expression {
  return t.bigIntLiteral(String(value));
}

function printNumber(value: number): t.Expression {
  if (Number.isNaN(value)) return t.identifier("NaN");
  if (value < 0 || Object.is(value, -0)) return t.unaryExpression("-", printNumber(-value));
  return value === Infinity ? t.identifier("Infinity") : t.numericLiteral(value);
}

function printOperation(ctx: PrintContext, tree: Operation): t.Expression {
  const { step, operands } = tree;
  const at = (index: number): t.Expression => ctx.expression(operands[index]!);
  switch (step.op) {
    case "copy":
      return at(0);
    case "unary":
      return printUnary(ctx, tree, step.operator);
    case "binary":
      return t.binaryExpression(step.operator, at(0), at(1));
    case "getProp":
    case "getPrivate":
    case "getSuper":
      return printMember(ctx, tree) as t.Expression;
    case "setProp":
      return t.assignmentExpression("=", member(at(0), operands[1]!, ctx), at(2));
    case "setPrivate":
      return t.assignmentExpression("=", t.memberExpression(at(0), t.privateName(t.identifier(step.name))), at(1));
    case "setSuper":
      return t.assignmentExpression("=", member(t.super(), operands[1]!, ctx), at(2));
    case "hasPrivate":
      return t.binaryExpression("in", t.privateName(t.identifier(step.name)), at(0));
    case "deleteProp":
      return t.unaryExpression("delete", member(at(0), operands[1]!, ctx));
    case "call":
      return printCall(ctx, tree);
    case "construct":
      return t.newExpression(at(0), printArguments(ctx, step.args, operands.slice(1)));
    case "superCall":
      return t.callExpression(t.super(), printArguments(ctx, step.args, operands));
    case "closure":
    case "class":
      return ctx.named(tree, null);
    case "object":
      return printObject(ctx, step, operands);
    case "array": {
      let next = 0;
      return t.arrayExpression(
        step.elements.map((element) => {
          if (element === null) return null;
          const value = operands[next++]!;
          return typeof element === "object" && "spread" in element
            ? t.spreadElement(printList(ctx, value))
            : ctx.expression(value);
        }),
      );
    }
    case "iterToList":
      return t.arrayExpression([t.spreadElement(at(0))]);
    case "copyProperties":
      return t.objectExpression([t.spreadElement(at(0))]);
    case "template":
      return printTemplate(ctx, step.quasis, operands);
    case "templateObject": {
      // Elsewhere than in front of its values: a tag that gives it back.
      const tag = t.arrowFunctionExpression([t.identifier("strings")], t.identifier("strings"));
      return printTagged(
        tag,
        tree,
        step.raw.slice(1).map(() => t.numericLiteral(0)),
      );
    }
    case "regexp":
      return t.regExpLiteral(step.pattern, step.flags);
    case "getCell":
      return at(0);
    case "setCell":
    case "initCell":
      return t.assignmentExpression("=", at(0) as t.Identifier, ctx.named(operands[1]!, cellName(at(0))));
    case "getBinding":
    case "getGlobal":
      return t.identifier(step.name);
    case "typeofGlobal":
      return t.unaryExpression("typeof", t.identifier(step.name));
    case "setBinding":
    case "setGlobal":
      return t.assignmentExpression("=", t.identifier(step.name), ctx.named(operands[0]!, step.name));
    default:
      throw new Refusal(`${step.op} in an expression`);
  }
}

function cellName(reference: t.Expression): string | null {
  return t.isIdentifier(reference) ? reference.name : null;
}

function printUnary(ctx: PrintContext, tree: Operation, operator: string): t.Expression {
  const operand = tree.operands[0]!;
  const value = (): t.Expression => ctx.expression(operand);
  switch (operator) {
    case "isNullish":
      return printNullish(ctx, tree, "==");
    case "!":
      return isNullishTest(operand) ? printNullish(ctx, operand, "!=") : t.unaryExpression("!", value());
    case "-":
    case "+":
    case "~":
    case "typeof":
      return t.unaryExpression(operator, value());
    case "toString":
      return t.templateLiteral(
        [t.templateElement({ raw: "", cooked: "" }), t.templateElement({ raw: "", cooked: "" }, true)],
        [value()],
      );
    case "inc":
    case "dec":
      return printStep(ctx, operand, operator === "inc" ? "+" : "-");
    case "toNumeric":
      return printNumeric(ctx, operand);
    case "toPropertyKey":
      return printConvertedKey(value());
    case "toThis":
      return printThis(operand, value());
    default:
      throw new Refusal(`${operator} outside of its place`);
  }
}

/** One more or less than a number or bigint. */
function printStep(ctx: PrintContext, operand: Tree, operator: "+" | "-"): t.Expression {
  const inner =
    operand.kind === "operation" && operand.step.op === "unary" && operand.step.operator === "toNumeric"
      ? operand.operands[0]!
      : operand;
  if (isNumber(ctx, inner)) return t.binaryExpression(operator, ctx.expression(inner), t.numericLiteral(1));
  throw new Refusal("a step of what may be a bigint");
}

/** The key that a property named by the value has. */
function printConvertedKey(value: t.Expression): t.Expression {
  const holder = t.objectExpression([t.objectProperty(value, t.numericLiteral(0), true)]);
  const keys = t.callExpression(t.memberExpression(t.identifier("Reflect"), t.identifier("ownKeys")), [holder]);
  return t.memberExpression(keys, t.numericLiteral(0), true);
}

/** `this` as sloppy code has it, in strict code. */
function printThis(operand: Tree, value: t.Expression): t.Expression {
  const isKnown = operand.kind === "constant" && operand.value !== null && operand.value !== undefined;
  const given = isKnown ? value : t.logicalExpression("??", value, t.identifier("globalThis"));
  return t.callExpression(t.identifier("Object"), [given]);
}

/** Negating twice changes no number and no bigint, and converts the rest. */
function printNumeric(ctx: PrintContext, operand: Tree): t.Expression {
  if (isNumber(ctx, operand)) return ctx.expression(operand);
  return t.unaryExpression("-", t.unaryExpression("-", ctx.expression(operand)));
}

function isNumber(ctx: PrintContext, tree: Tree): boolean {
  if (tree.kind === "constant") return typeof tree.value === "number";
  return tree.kind === "slot" && ctx.facts.isNumber[tree.slot] === true;
}

/** `o.k`, `o[k]`, `o.#k`, `super.k` */
export function printMember(ctx: PrintContext, tree: Operation): t.MemberExpression | t.OptionalMemberExpression {
  const { step, operands } = tree;
  if (step.op === "getSuper") return member(t.super(), operands[1]!, ctx);
  const [first] = operands;
  const object = ctx.expression(first!);
  const isOpen = isChained(ctx, first!, object);
  if (step.op === "getPrivate") {
    const name = t.privateName(t.identifier(step.name));
    return isOpen === null
      ? t.memberExpression(object, name)
      : t.optionalMemberExpression(object, name as unknown as t.Identifier, false, isOpen);
  }
  const plain = member(object, operands[1]!, ctx);
  return isOpen === null
    ? plain
    : t.optionalMemberExpression(object, plain.property as t.Expression, plain.computed, isOpen);
}

/** Inside an optional chain: true for the link that may stop, false for the later ones; null outside. */
function isChained(ctx: PrintContext, tree: Tree, object: t.Expression): boolean | null {
  if (tree.kind === "slot" && ctx.holes.get(tree.slot) === object) return true;
  return tree.kind !== "optional" && (t.isOptionalMemberExpression(object) || t.isOptionalCallExpression(object))
    ? false
    : null;
}

function member(object: t.Expression | t.Super, key: Tree, ctx: PrintContext): t.MemberExpression {
  if (key.kind === "constant" && typeof key.value === "string" && t.isValidIdentifier(key.value, false)) {
    return t.memberExpression(object as t.Expression, t.identifier(key.value));
  }
  if (
    key.kind === "constant" &&
    typeof key.value === "string" &&
    String(Number(key.value)) === key.value &&
    /^\d+$/.test(key.value)
  ) {
    return t.memberExpression(object as t.Expression, t.numericLiteral(Number(key.value)), true);
  }
  return t.memberExpression(object as t.Expression, printKey(ctx, key), true);
}

/** A key in brackets: the language converts it anyway. */
export function printKey(ctx: PrintContext, key: Tree): t.Expression {
  if (key.kind === "operation" && key.step.op === "unary" && key.step.operator === "toPropertyKey")
    return ctx.expression(key.operands[0]!);
  return ctx.expression(key);
}

function printTarget(ctx: PrintContext, tree: Tree): t.Identifier | t.MemberExpression {
  const target = ctx.expression(tree);
  if (t.isIdentifier(target) || t.isMemberExpression(target)) return target;
  throw new Refusal("an assignment to what is no variable");
}

function printCall(ctx: PrintContext, { step, operands }: Operation): t.Expression {
  if (step.op !== "call") throw new Error("not a call");
  const [callee, receiver, ...args] = operands;
  if (
    receiver!.kind === "constant" &&
    receiver!.value === undefined &&
    step.args.every((a) => typeof a !== "object" || !("spread" in a))
  ) {
    const tag = (): t.Expression => {
      const fn = ctx.expression(callee!);
      return isReference(fn) ? t.sequenceExpression([t.numericLiteral(0), fn]) : fn;
    };
    const template = tagged(ctx, tag, args);
    if (template !== null) return template;
  }
  const printed = printArguments(ctx, step.args, args);
  if (receiver!.kind === "constant" && receiver!.value === undefined) {
    const fn = ctx.expression(callee!);
    const isOpen = isChained(ctx, callee!, fn);
    if (isOpen !== null) return t.optionalCallExpression(fn, printed as t.Expression[], isOpen);
    return t.callExpression(isReference(fn) ? t.sequenceExpression([t.numericLiteral(0), fn]) : fn, printed);
  }
  // Same meaning as a call with this receiver, whatever properties the function may have.
  const apply = t.memberExpression(t.identifier("Reflect"), t.identifier("apply"));
  return t.callExpression(apply, [
    ctx.expression(callee!),
    ctx.expression(receiver!),
    t.arrayExpression(printed as t.Expression[]),
  ]);
}

/** Calling it as it stands would give it a receiver, or be a direct eval. */
function isReference(fn: t.Expression): boolean {
  return t.isMemberExpression(fn) || t.isOptionalMemberExpression(fn) || (t.isIdentifier(fn) && fn.name === "eval");
}

function printArguments(
  ctx: PrintContext,
  shape: readonly unknown[],
  args: readonly Tree[],
): (t.Expression | t.SpreadElement)[] {
  return args.map((arg, i) => {
    const given = shape[i];
    const isSpread = typeof given === "object" && given !== null && "spread" in given;
    return isSpread ? t.spreadElement(printList(ctx, arg)) : ctx.expression(arg);
  });
}

/** A list that is spread at once needs no array of its own. */
function printList(ctx: PrintContext, tree: Tree): t.Expression {
  return tree.kind === "operation" && tree.step.op === "iterToList"
    ? ctx.expression(tree.operands[0]!)
    : ctx.expression(tree);
}

/** `tag`...``; null when the first argument is no strings array of a template. */
function tagged(ctx: PrintContext, tag: () => t.Expression, args: readonly Tree[]): t.Expression | null {
  const [first, ...values] = args;
  if (first?.kind !== "operation" || first.step.op !== "templateObject" || first.step.raw.length !== values.length + 1)
    return null;
  return printTagged(tag(), first, values.map(ctx.expression));
}

function printTagged(tag: t.Expression, template: Operation, values: t.Expression[]): t.Expression {
  if (template.step.op !== "templateObject") throw new Error("not a template");
  if (t.isOptionalMemberExpression(tag) || t.isOptionalCallExpression(tag))
    throw new Refusal("a template in an optional chain");
  const { raw, cooked } = template.step;
  const quasis = raw.map((text, i) =>
    t.templateElement(cooked[i] === undefined ? { raw: text } : { raw: text, cooked: cooked[i] }, i === raw.length - 1),
  );
  return t.taggedTemplateExpression(tag, t.templateLiteral(quasis, values));
}

function printTemplate(ctx: PrintContext, quasis: readonly string[], values: readonly Tree[]): t.Expression {
  const elements = quasis.map((text, i) => {
    const raw = text.replace(/\\/g, "\\\\").replace(/`/g, "\\`").replace(/\$\{/g, "\\${").replace(/\r/g, "\\r");
    return t.templateElement({ raw, cooked: text }, i === quasis.length - 1);
  });
  const parts = values.map((value) => {
    const isText = value.kind === "operation" && value.step.op === "unary" && value.step.operator === "toString";
    return ctx.expression(isText ? value.operands[0]! : value);
  });
  return t.templateLiteral(elements, parts);
}

function printOptional(ctx: PrintContext, tree: Tree & { kind: "optional" }): t.Expression {
  const base = ctx.expression(tree.base);
  ctx.holes.set(tree.hole, base);
  const chain = ctx.expression(tree.chain);
  ctx.holes.delete(tree.hole);
  return chain;
}
