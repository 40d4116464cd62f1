/** The state of the walk over a module: where it is, what it has found, and how names are declared. */
import { t } from "../syntax/babel.ts";
import { hasUseStrict, isDeclared, patternNames } from "./nodeFacts.ts";
import type {
  Binding,
  BindingKind,
  ForHead,
  FunctionInfo,
  Loop,
  Position,
  Reference,
  Scope,
  ScopeKind,
  Span,
} from "./scopes.ts";

export interface WriteContext {
  readonly init: boolean;
  readonly read: boolean;
  readonly value: t.Node | null;
  /** the writes noted, whose moment is set when it is known */
  readonly made: Reference[];
}

export class ScopeBuilder {
  protected clock = 0;
  protected scope!: Scope;
  protected func!: FunctionInfo;
  protected loop: Loop | null = null;
  /** mentions of `arguments` in `arguments.callee` */
  protected readonly askedForCallee = new Set<t.Node>();
  /** mentions of `arguments` that only read it */
  protected readonly readOnlyArguments = new Set<t.Node>();
  protected caseSpan: { start: number; end: number } | null = null;
  protected readonly out = {
    scopes: new Map<t.Node, Scope>(),
    functions: new Map<t.Node, FunctionInfo>(),
    spans: new Map<t.Node, Span>(),
    references: [] as Reference[],
    allBindings: [] as Binding[],
    sloppyBlockFunctions: [] as { binding: Binding; func: FunctionInfo }[],
  };

  protected newScope(kind: ScopeKind, parent: Scope | null): Scope {
    return {
      kind,
      node: null,
      parent,
      func: this.func,
      bindings: new Map(),
      loop: this.loop,
      start: this.clock,
      end: Infinity,
      hoisted: [],
    };
  }

  protected declare(
    scope: Scope,
    name: string,
    kind: BindingKind,
    initEnd: Position,
    node: t.Node | null,
    forHead: ForHead | null = null,
  ): Binding {
    const found = scope.bindings.get(name);
    if (found !== undefined && (kind === "var" || kind === "function" || kind === "enum" || found.kind === "enum"))
      return found;
    const certain = scope.kind === "switch" ? this.caseSpan : null;
    const binding: Binding = {
      name,
      kind,
      scope,
      func: scope.func,
      initEnd,
      certain,
      initializer: null,
      references: [],
      forHead,
      node,
      reassigned: false,
      captured: false,
      storage: "slot",
      early: false,
      writes: [],
    };
    scope.bindings.set(name, binding);
    this.out.allBindings.push(binding);
    return binding;
  }

  protected inScope(kind: ScopeKind, node: t.Node | null, body: (scope: Scope) => void): void {
    const outer = this.scope;
    this.scope = this.newScope(kind, outer);
    if (node !== null) this.out.scopes.set(node, this.scope);
    body(this.scope);
    this.scope.end = this.clock;
    this.scope = outer;
  }

  protected inLoop(node: Span, body: () => void): void {
    const outer = this.loop;
    this.loop = { start: node.start, end: node.end, parent: outer };
    body();
    (this.loop as { end: number }).end = this.clock;
    this.loop = outer;
  }

  protected bail(reason: string, node: t.Node, func: FunctionInfo | null = this.func): void {
    if (func !== null) func.opaque ??= { reason, node };
  }

  protected bailOutward(reason: string, node: t.Node): void {
    for (let f: FunctionInfo | null = this.func; f !== null; f = f.parent)
      if (f.node !== null) this.bail(reason, node, f);
    if (this.func.node === null) this.bail(reason, node);
  }

  protected reference(node: t.Node, name: string, read: boolean, write: WriteContext | null): Reference {
    const made: Reference = {
      node,
      name,
      scope: this.scope,
      func: this.func,
      start: this.clock,
      at: this.clock,
      read,
      write: write !== null,
      init: write?.init ?? false,
      loop: this.loop,
      value: write?.value ?? null,
    };
    this.out.references.push(made);
    return made;
  }

  // ---- declarations

  /** `var` names of a function body, and function declarations at its top level. */
  protected hoistVars(nodes: readonly t.Node[], scope: Scope): void {
    const pending: t.Node[] = [...nodes].reverse();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (isDeclared(node)) continue;
      if (node.type === "VariableDeclaration") {
        if (node.kind === "var")
          for (const name of patternNames(node.declarations.map((d) => d.id)))
            this.declare(scope, name.name, "var", scope.start, name);
        continue;
      }
      if (t.isFunction(node) || t.isClass(node) || t.isExpression(node) || node.type.startsWith("TS")) continue;
      const children: t.Node[] = [];
      for (const key of t.VISITOR_KEYS[node.type] ?? []) {
        const held = (node as unknown as Record<string, unknown>)[key];
        for (const child of Array.isArray(held) ? held : [held]) if (child) children.push(child as t.Node);
      }
      for (const child of children.reverse()) pending.push(child);
    }
  }

  /** let, const, class, enum, import and function declarations directly in a statement list. */
  protected declareLexical(nodes: readonly t.Node[], scope: Scope): void {
    for (const outer of nodes) {
      let node: t.Node = outer;
      while (node.type === "LabeledStatement") node = node.body;
      if (node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration") {
        if (!node.declaration) continue;
        if (node.type === "ExportDefaultDeclaration") this.declareDefault(node, scope);
        node = node.declaration;
      }
      if (isDeclared(node)) continue;
      if (node.type === "VariableDeclaration" && node.kind !== "var") {
        const kind = node.kind === "let" ? "let" : "const";
        for (const name of patternNames(node.declarations.map((d) => d.id)))
          this.declare(scope, name.name, kind, Infinity, name);
      } else if (node.type === "ClassDeclaration" && node.id)
        this.declare(scope, node.id.name, "class", Infinity, node.id);
      else if (node.type === "TSEnumDeclaration") this.declare(scope, node.id.name, "enum", Infinity, node.id);
      else if (node.type === "FunctionDeclaration" && node.id) this.declareFunction(node, node.id.name, scope);
      else if (node.type === "ImportDeclaration" && node.importKind !== "type")
        for (const specifier of node.specifiers)
          this.declare(scope, specifier.local.name, "import", scope.start, specifier.local);
    }
  }

  protected declareDefault(node: t.ExportDefaultDeclaration, scope: Scope): void {
    const { declaration } = node;
    if (declaration.type === "FunctionDeclaration" && !declaration.id)
      this.declareFunction(declaration, "*default*", scope);
    else if (!(t.isFunctionDeclaration(declaration) || t.isClassDeclaration(declaration)) || !declaration.id) {
      if (!declaration.type.startsWith("TSDeclare") && !declaration.type.startsWith("TSInterface"))
        this.declare(scope, "*default*", "const", Infinity, node);
    }
  }

  protected declareFunction(node: t.FunctionDeclaration, name: string, scope: Scope): void {
    const isNew = !scope.bindings.has(name);
    const binding = this.declare(scope, name, "function", scope.start, node.id ?? node);
    const info = newFunctionInfo(
      node,
      this.func,
      false,
      this.func.strict || hasUseStrict(node.body),
      scope.start,
      null,
    );
    this.out.functions.set(node, info);
    if (!isNew) {
      if (binding.kind === "var") binding.kind = "function";
      scope.hoisted = scope.hoisted.filter((h) => h.binding !== binding);
    }
    scope.hoisted.push({ node, binding, info });
    if (scope.kind !== "module" && scope.kind !== "params" && scope.kind !== "body" && !this.func.strict)
      this.out.sloppyBlockFunctions.push({ binding, func: this.func });
  }
}

export function newFunctionInfo(
  node: t.Node | null,
  parent: FunctionInfo | null,
  isArrow: boolean,
  strict: boolean,
  creation: Position,
  classSelf: Binding | null,
): FunctionInfo {
  return {
    node,
    parent,
    isArrow,
    strict,
    creation,
    opaque: null,
    free: new Set(),
    usesThis: false,
    usesArguments: false,
    argumentsEscape: false,
    usesNewTarget: false,
    usesSuper: false,
    simple: true,
    superEnd: Infinity,
    derived: false,
    classSelf,
  };
}

/** The writes happen at `at`. */
export function arrive(made: readonly Reference[], at: Position): void {
  for (const reference of made) reference.at = at;
}
