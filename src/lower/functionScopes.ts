/** The part of the walk that enters functions, classes and their members. */
import { type t } from "../syntax/babel.ts";
import {
  hasUseStrict,
  isAnonymousFunction,
  isConstantKey,
  isDeclared,
  isSuperCallStatement,
  parametersOf,
  patternNames,
} from "./nodeFacts.ts";
import { arrive, newFunctionInfo, ScopeBuilder, type WriteContext } from "./scopeBuilder.ts";
import type { Binding, FunctionInfo, Position, Reference, Scope, Span } from "./scopes.ts";

export abstract class FunctionScopes extends ScopeBuilder {
  protected abstract visit(node: t.Node): void;
  protected abstract visitTarget(node: t.Node, write: WriteContext): void;
  protected abstract statementList(nodes: readonly t.Node[], scope: Scope): void;

  protected visitFunction(node: t.Function, span: Span, classSelf: Binding | null): void {
    const outer = { scope: this.scope, func: this.func, loop: this.loop, caseSpan: this.caseSpan };
    const isArrow = node.type === "ArrowFunctionExpression";
    const strict = this.func.strict || (node.body.type === "BlockStatement" && hasUseStrict(node.body));
    const info =
      this.out.functions.get(node) ?? newFunctionInfo(node, this.func, isArrow, strict, span.start, classSelf);
    this.out.functions.set(node, info);
    this.func = info;
    this.loop = null;
    this.caseSpan = null;
    if (node.async && node.generator) this.bail("an async generator function", node);
    else if (node.async) this.bail("an async function", node);
    else if (node.generator) this.bail("a generator function", node);
    if ("decorators" in node && node.decorators?.length) this.bail("decorators", node, outer.func);
    if (node.type === "FunctionExpression" && node.id) {
      this.scope = this.newScope("self", this.scope);
      this.declare(this.scope, node.id.name, "self", this.scope.start, node.id);
    }
    this.scope = this.newScope("params", this.scope);
    this.out.scopes.set(node, this.scope);
    this.visitParams(node, info);
    this.visitFunctionBody(node, info);
    this.scope.end = this.clock;
    Object.assign(this, outer);
  }

  protected visitParams(node: t.Function, info: FunctionInfo): void {
    const params = parametersOf(node);
    info.simple = params.every(
      (p) => p.type === "Identifier" || (p.type === "TSParameterProperty" && p.parameter.type === "Identifier"),
    );
    const scope = this.scope;
    for (const name of patternNames(params)) {
      this.declare(scope, name.name, "param", info.simple ? scope.start : Infinity, name);
      if (name.name === "arguments") this.bail("a parameter named arguments", name);
    }
    for (const param of params) {
      const made: Reference[] = [];
      this.visitTarget(param, { init: true, read: false, value: null, made });
      const end = this.clock++;
      arrive(made, info.simple ? scope.start : end);
      if (!info.simple) for (const name of patternNames([param])) scope.bindings.get(name.name)!.initEnd = end;
    }
  }

  protected visitFunctionBody(node: t.Function, info: FunctionInfo): void {
    if (node.body.type !== "BlockStatement") {
      this.visit(node.body);
      return;
    }
    if (!info.simple) this.scope = this.newScope("body", this.scope);
    const scope = this.scope;
    this.out.scopes.set(node.body, scope);
    const { body } = node.body;
    this.hoistVars(body, scope);
    this.declareLexical(body, scope);
    if (scope.bindings.has("arguments")) this.bail("a variable named arguments", node);
    for (const statement of body) {
      this.visit(statement);
      if (info.superEnd === Infinity && isSuperCallStatement(statement)) info.superEnd = this.clock;
    }
    if (!info.simple) {
      scope.end = this.clock;
      this.scope = scope.parent!;
    }
  }

  protected visitClass(node: t.Class): void {
    if (isDeclared(node)) return;
    if (node.decorators?.length) this.bail("decorators", node);
    const outerStrict = this.func.strict;
    (this.func as { strict: boolean }).strict = true;
    const creation = this.clock;
    this.inScope("class", node, (scope) => {
      const self = node.id ? this.declare(scope, node.id.name, "classSelf", Infinity, node.id) : null;
      if (node.superClass) this.visit(node.superClass);
      for (const member of node.body.body) this.visitMember(member, self, creation, Boolean(node.superClass));
      if (self !== null) self.initEnd = this.clock;
    });
    (this.func as { strict: boolean }).strict = outerStrict;
    if (node.type === "ClassDeclaration" && node.id) {
      const written = this.reference(node.id, node.id.name, false, { init: true, read: false, value: null, made: [] });
      const binding = this.scope.bindings.get(node.id.name);
      written.at = this.clock;
      if (binding?.kind === "class") binding.initEnd = this.clock++;
    }
  }

  protected visitMember(
    member: t.ClassBody["body"][number],
    self: Binding | null,
    creation: Position,
    derived: boolean,
  ): void {
    const span = { start: this.clock++, end: 0 };
    this.out.spans.set(member, span);
    if ("decorators" in member && member.decorators?.length) this.bail("decorators", member);
    switch (member.type) {
      case "ClassMethod":
      case "ClassPrivateMethod":
        if ("computed" in member && member.computed) this.visit(member.key);
        {
          const info = newFunctionInfo(member, this.func, false, true, creation, self);
          info.derived = member.kind === "constructor" && derived;
          this.out.functions.set(member, info);
          this.visitFunction(member, { start: creation, end: creation }, self);
        }
        break;
      case "ClassProperty":
      case "ClassPrivateProperty":
        if (member.type === "ClassProperty" && (member.declare || member.abstract)) break;
        if (member.type === "ClassProperty" && member.computed) this.visit(member.key);
        if (
          member.type === "ClassProperty" &&
          member.computed &&
          isAnonymousFunction(member.value) &&
          !isConstantKey(member.key)
        )
          this.bail("a function named by a computed key", member);
        if (member.value) this.visitInitializer(member, member.value, self, creation);
        break;
      case "StaticBlock":
        this.visitInitializer(member, member, self, creation);
        break;
      case "ClassAccessorProperty":
        this.bail("an accessor field", member);
        if (member.value) this.visitInitializer(member, member.value, self, creation);
        break;
      default:
        break;
    }
    span.end = this.clock++;
  }

  /** A field's value or a static block: a function of its own. */
  protected visitInitializer(member: t.Node, value: t.Node, self: Binding | null, creation: Position): void {
    const outer = { scope: this.scope, func: this.func, loop: this.loop, caseSpan: this.caseSpan };
    const info = newFunctionInfo(member, this.func, false, true, creation, self);
    info.simple = true;
    this.out.functions.set(member, info);
    this.func = info;
    this.loop = null;
    this.caseSpan = null;
    this.scope = this.newScope("params", this.scope);
    this.out.scopes.set(member, this.scope);
    if (value.type === "StaticBlock") {
      this.hoistVars(value.body, this.scope);
      this.statementList(value.body, this.scope);
    } else this.visit(value);
    this.scope.end = this.clock;
    Object.assign(this, outer);
  }

  protected outwardUse(what: "usesThis" | "usesArguments" | "usesNewTarget" | "usesSuper", node: t.Node): void {
    let func: FunctionInfo | null = this.func;
    for (; func !== null; func = func.parent) {
      func[what] = true;
      if (what === "usesArguments" && !this.readOnlyArguments.has(node)) func.argumentsEscape = true;
      if (!func.isArrow) break;
    }
    // a residual is strict code, in which nobody can ask that
    if (this.askedForCallee.has(node) && func?.strict === false) this.bail("arguments.callee", node, func);
    if (what === "usesThis" && func !== null && func.derived && this.func !== func) {
      // superEnd is set when the statement of super() has been left: still Infinity means before it.
      if (func.superEnd === Infinity) this.bail("`this` captured before super()", node, func);
    }
  }

  /** In all arrow functions around, and in the function that they are in. */
  protected bailAroundSuper(reason: string, node: t.Node): void {
    for (let func: FunctionInfo | null = this.func; func !== null; func = func.isArrow ? func.parent : null)
      this.bail(reason, node, func);
  }
}
