/**
 * One compilation: the evaluated world, what residual functions have been made of it, and the names they use. Runs ask it
 * for everything that outlives a single residual function.
 */
import { getOrCreate } from "../base/mapOf.ts";
import type { Declared } from "../declarations/types.ts";
import type { IrFunction, Origin } from "../ir/types.ts";
import type { TypeFact } from "../semantics/numberFacts.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import type { Assumptions } from "./assumptions.ts";
import { booleanFact } from "./facts.ts";
import type { FunctionCode } from "./heap.ts";
import { HIDDEN, dataProperty, newObject } from "./heap.ts";
import type { Limits } from "./limits.ts";
import { exportedBy } from "./commonJs.ts";
import { Learned } from "./learned.ts";
import { Bailout } from "./limits.ts";
import type { LiveObjects } from "./live.ts";
import { defaultConstructorCode, undefinedCode } from "./madeCode.ts";
import { forgetAllButOwn } from "./ownArrays.ts";
import type { Code, Program } from "./program.ts";
import { Relied } from "./relied.ts";
import type { Call, State } from "./state.ts";
import type { Address, ConstValue, DeclaredType, Value } from "./values.ts";
import { UNDEFINED, constant, reference } from "./values.ts";
import type { Reference, World } from "./world.ts";

/** A prelude function, and the receiver with which it does what the built-in does. */
export interface PreludeCode {
  readonly code: Code;
  readonly receiver: "array" | "map" | "set" | "string" | "constructor" | "none";
}

/** A field that a call changes: the path to it from a parameter (by position) or from `this`; no path: all behind it. */
export interface ExternChange {
  readonly param: number | "this";
  readonly path: readonly string[];
}

/** What the session is told about the program from outside. */
export interface Knowledge {
  readonly assume: Assumptions;
  /** residual code looks whether what is assumed holds */
  readonly isChecked: boolean;
  /** code of a prelude function that stands for a built-in, by the built-in's path */
  prelude(path: string): PreludeCode | null;
  typeOf(declared: Declared): DeclaredType | null;
  /** what the program declares a function to give */
  resultType(code: Code): DeclaredType | null;
  /** what the program declares the parameters of a function to be, by position; undefined: nothing */
  paramTypes(code: Code): readonly (DeclaredType | null)[];
  /** declared aside to be left as it is: its calls stay */
  isExtern(code: Code): boolean;
  /** what its calls change, if that was listed; null: everything that they can reach */
  externChanges(code: Code): readonly ExternChange[] | null;
  /** type of the instances of a class of the program */
  classType(file: string, name: string): DeclaredType | null;
  /** type of an instance of a built-in class */
  builtinType(path: string): DeclaredType | null;
}

/** A `specialize(fn, statics)` or `context(fn, setup, statics)` call that evaluation has come by. */
export interface Site {
  readonly origin: Origin;
  readonly fn: Value;
  /** the static arguments; for a context the function from its roots to them */
  readonly statics: Value;
  /** contexts: the function that sets one up and gives its roots */
  readonly setup: Value | null;
}

export type Binding =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "deadZone" }
  | {
      readonly kind: "dynamic";
      readonly reference: string;
      readonly what: string;
      readonly declared: DeclaredType | null;
    };

/** A residual function that calls share. */
export interface SharedFunction {
  readonly id: number;
  readonly name: string;
  /** the static value that it always returns, once it is done */
  result: Value | null;
  state: "new" | "making" | "done";
}

type LocalBinding = Reference & { readonly kind: "binding" };

export class Session {
  readonly sites: Site[] = [];
  readonly functions: IrFunction[] = [];
  readonly references = new Map<string, Reference>();
  /** what residual code takes for granted of objects of the program */
  readonly relied = new Relied();
  readonly bailouts: { readonly label: string; readonly reason: string; readonly origin: Origin | undefined }[] = [];
  readonly booleanTypes = booleanFact.types;
  /** of all shared functions that have been made */
  readonly sharedFigures = { versions: 0, points: 0 };
  /** private functions of modules that are part of the output as they are */
  readonly copied = new Map<Address, number>();
  private readonly namespaces = new Map<string, Address>();
  /** null: it cannot be made */
  readonly shared = new Map<string, SharedFunction | null>();
  private readonly visibleNames = new Map<string, LocalBinding | null>();
  private reachable: ReadonlySet<Address> | null = null;
  private named: ReturnType<World["names"]> | null = null;
  /** the context's live objects, while a context is specialized */
  live: LiveObjects | null = null;
  /** objects that are written down at sites of the target and that nothing else leads to: trees of literals */
  literals: ReadonlySet<Address> = new Set();
  /** true while modules are being evaluated */
  evaluating = false;
  /** modules whose evaluation nobody else notices (`isQuiet`) */
  readonly quiet = new Set<string>();
  /** cjs modules whose evaluation could not be followed */
  readonly unfollowed = new Set<string>();

  constructor(
    readonly program: Program,
    readonly world: World,
    readonly limits: Limits,
    readonly knowledge: Knowledge,
    /** the file that residual code is for */
    readonly target: string,
    /** goes back no further than a decision asks, or always to the beginning, which gives the same */
    readonly manner: { readonly rewinds: boolean },
    readonly learned: Learned = new Learned(),
  ) {}

  get recursive(): Set<string> {
    return this.learned.recursive;
  }
  get sharedKeys(): Set<string> {
    return this.learned.sharedKeys;
  }
  get escapingSites(): Set<string> {
    return this.learned.escapingSites;
  }

  newAddress(): Address {
    return this.world.newAddress();
  }
  intrinsic(path: string): Address {
    return this.world.intrinsic(path);
  }

  /** Reserves an id among the output's functions. */
  reserve(): number {
    const id = this.functions.length;
    this.functions.push(placeholder(id));
    return id;
  }

  /** The name of a reference in residual code; the same for the same reference. */
  nameOf(reference: Reference): string {
    const text = reference.kind === "data" ? `data ${reference.id}` : JSON.stringify(reference);
    const key = `$ref:${text}`;
    this.references.set(key, reference);
    return key;
  }

  /** Objects of the world that residual code can name. */
  names(): ReturnType<World["names"]> {
    this.named ??= this.world.names(this.target);
    return this.named;
  }

  /** A name for a symbol that a module has made; null: no variable that the target can see holds it. */
  nameOfSymbol(key: string): string | null {
    const found = this.world.nameOfSymbol(this.target, key);
    return found === null ? null : this.nameOf(found);
  }

  /** The name leads to a binding of the target file itself, which code there may assign. */
  isOwn(file: string, name: string): boolean {
    const target = this.world.resolve(file, name);
    return target?.kind === "local" && target.file === this.target;
  }

  /** A name for a module binding, or null if the target cannot see it. */
  referToBinding(file: string, name: string): string | null {
    const target = this.world.resolve(file, name);
    if (target === null) return null;
    if (target.kind === "external") return this.nameOf({ kind: "external", module: target.module, name: target.name });
    if (target.kind === "namespace") return this.nameOf({ kind: "namespace", file: target.file });
    const visible = this.visible(target);
    return visible === null ? null : this.nameOf(visible);
  }

  /** A variable that the target file can see. */
  private visible({ file, name }: { readonly file: string; readonly name: string }): LocalBinding | null {
    return getOrCreate(this.visibleNames, `${file}#${name}`, () => this.lookFor(file, name));
  }
  private lookFor(file: string, name: string): LocalBinding | null {
    const isVisible =
      file === this.target ||
      this.world.source.exportsOf(file).some((n) => {
        const at = this.world.source.resolveExport(file, n);
        return at?.kind === "local" && at.file === file && at.name === name;
      });
    return isVisible ? { kind: "binding", file, name } : null;
  }

  // --- module bindings -------------------------------------------------------------------------------------------

  binding(state: State, file: string, name: string): Binding {
    if (name.startsWith("$ref:"))
      return { kind: "dynamic", reference: name, what: "a residual function", declared: null };
    const target = this.world.resolve(file, name);
    if (target?.kind === "external") return this.externalBinding(target.module, target.name);
    if (target?.kind === "namespace") return { kind: "value", value: this.namespace(state, target.file) };
    if (target === null) throw new Bailout(`the name ${name} leads nowhere`);
    const environment = this.world.environment(target.file);
    if (environment === null) throw new Bailout(`module ${target.file} is not evaluated`);
    const exported = this.world.source.module(target.file)?.kind === "cjs" && file !== target.file;
    const found = exported ? exportedBy(this.world, state.store, target.file, target.name, this.evaluating) : null;
    const property = found === null ? state.store.get(environment).properties.get(target.name) : dataProperty(found);
    if (property === undefined && this.evaluating && !exported) return { kind: "deadZone" };
    const written =
      !this.evaluating && (this.world.isMutable(environment, target.name) || this.reassigned(target.file, target.name));
    if (property !== undefined && property.value.kind !== "dynamic" && !written) {
      const seen = this.evaluating || exported || property.value.kind !== "const" ? null : this.visible(target);
      if (seen !== null && property.value.kind === "const") this.relied.noteVariable(seen, property.value.value);
      return { kind: "value", value: property.value };
    }
    if (this.evaluating && property !== undefined) return { kind: "value", value: property.value };
    const reference = this.referToBinding(file, name);
    if (reference === null)
      throw new Bailout(
        `${name} is private to ${target.file} and not static; export it to specialize code that uses it`,
      );
    return {
      kind: "dynamic",
      reference,
      what: written ? `the variable ${name}, which is assigned at run time` : `the variable ${name}`,
      declared: null,
    };
  }

  /** What a name of a module held when that had been evaluated, if nobody assigns it; null: that is not known. */
  valueKept(file: string, name: string): Value | null {
    const target = this.world.resolve(file, name);
    if (target?.kind !== "local" || this.unfollowed.has(target.file)) return null;
    const environment = this.world.environment(target.file);
    if (environment === null || this.reassigned(target.file, target.name)) return null;
    if (this.world.isMutable(environment, target.name)) return null;
    return this.world.get(environment)?.properties.get(target.name)?.value ?? null;
  }

  private externalBinding(module: string, name: string): Binding {
    if (module === "babel-plugin-specialize" && (name === "specialize" || name === "dynamic" || name === "context"))
      return { kind: "value", value: reference(this.intrinsic(`%${name}%`)) };
    return {
      kind: "dynamic",
      reference: this.nameOf({ kind: "external", module, name }),
      what: `${name} of the module ${module}, which is outside of the program`,
      declared: null,
    };
  }

  /** assigned by some function of the module, not only while the module is evaluated */
  private reassigned(file: string, name: string): boolean {
    return this.world.isReassigned(file, name);
  }

  private namespace(state: State, file: string): Value {
    // one object wherever it is read; while modules are evaluated what it holds changes
    const before = this.evaluating ? undefined : this.namespaces.get(file);
    if (before !== undefined && state.store.has(before)) return reference(before);
    const address = before ?? this.newAddress();
    if (!this.evaluating) this.namespaces.set(file, address);
    const object = newObject("plain", null, `namespace ${file}`);
    if (this.world.source.module(file)?.kind === "cjs")
      throw new Bailout("the namespace of a CommonJS module, whose names only the run time knows");
    for (const name of this.world.source.exportsOf(file)) {
      const target = this.world.source.resolveExport(file, name);
      const environment = target?.kind === "local" ? this.world.environment(target.file) : null;
      const property =
        environment === null || target?.kind !== "local"
          ? undefined
          : state.store.get(environment).properties.get(target.name);
      const isAssigned = !this.evaluating && target?.kind === "local" && this.reassigned(target.file, target.name);
      if (property !== undefined && property.value.kind !== "dynamic" && !isAssigned)
        object.properties.set(name, dataProperty(property.value, 2));
      else throw new Bailout(`a namespace with the dynamic export ${name}`);
    }
    state.store.put(address, object);
    return reference(address);
  }

  /** Assigns a binding while modules are evaluated; false: the assignment belongs into the residual. */
  setBinding(state: State, file: string, name: string, value: Value, init: boolean): boolean {
    const target = init ? { kind: "local" as const, file, name } : this.world.resolve(file, name);
    if (target?.kind !== "local") throw new Bailout(`${name} cannot be assigned`);
    const environment = this.world.environment(target.file);
    if (environment === null) throw new Bailout(`module ${target.file} is not evaluated`);
    if (this.evaluating) {
      state.store.edit(environment).properties.set(target.name, dataProperty(value));
      return true;
    }
    this.mutates(environment, target.name);
    return false;
  }

  /** A standard global; null: only the run time knows. */
  global(name: string): Value | null {
    if (name === "undefined") return UNDEFINED;
    if (name === "NaN") return constant(NaN);
    if (name === "Infinity") return constant(Infinity);
    if (!this.knowledge.assume.builtins) return null;
    return this.world.hasIntrinsic(name) && !name.includes(".") ? reference(this.intrinsic(name)) : null;
  }

  /** What is said to be at a path from a global of the host; null: nothing is said. */
  hostValue(path: string): ConstValue | null {
    const { host } = this.knowledge.assume;
    return Object.hasOwn(host, path) ? constant(host[path]) : null;
  }

  /** A global that is said not to be there; CommonJS modules run as in Node, where `define` (of AMD loaders) is none. */
  isAbsentGlobal(file: string, name: string): boolean {
    const said = this.hostValue(name);
    if (said !== null) return said.value === undefined;
    const isAbsent =
      name === "define" && this.knowledge.assume.builtins && this.world.source.module(file)?.kind === "cjs";
    if (isAbsent) this.relied.noteNone(name);
    return isAbsent;
  }

  /** Only the static values of sites lead to the object: no other code of the program can reach it. */
  isPrivate(address: Address): boolean {
    this.reachable ??= this.world.reachable();
    return !this.reachable.has(address);
  }

  // --- the world's fields ----------------------------------------------------------------------------------------

  /** Residual code may give it other keys. */
  changesKeys(address: Address): boolean {
    return this.world.changesKeys(address);
  }
  isMutable(address: Address, key: string): boolean {
    return this.world.isMutable(address, key);
  }
  /** Once a field turns out to be written that was taken not to be, the round goes on, to find more, and is then thrown away. */
  worldChanged = false;
  /** It has turned out that a field is written, be it one that nobody has asked for. */
  worldMarked = false;
  /** Files a field as written at run time. */
  markMutable(address: Address, key: string): boolean {
    if (this.evaluating) return false;
    const found = this.world.markMutable(address, key);
    if (found !== "known") this.worldMarked = true;
    if (found === "taken otherwise") this.worldChanged = true;
    return false;
  }
  mutates(address: Address, key: string): void {
    this.markMutable(address, key);
  }

  declaredField(state: State, address: Address, key: string): DeclaredType | null {
    void state;
    const declared = this.live?.fieldOf(address, key) ?? null;
    return declared === null ? null : this.knowledge.typeOf(declared);
  }

  /** What an element of a known array may be, whichever it is. */
  elementFact(state: State, address: Address): TypeFact {
    void state;
    void address;
    return anyFact;
  }

  /** After an effect nobody knows: nothing is known of fields of dynamic objects that others may hold. */
  forgetFields(state: State): void {
    forgetAllButOwn(state);
  }
  isShareable(state: State, address: Address): boolean {
    return state.store.isBase(address) || state.store.get(address).residence.kind === "residual";
  }
  builtinAt(prototype: string, name: string): string | null {
    const path = `${prototype}.${name}`;
    return this.knowledge.assume.builtins && this.world.hasIntrinsic(path) ? path : null;
  }
  builtinType(path: string): DeclaredType | null {
    return this.knowledge.builtinType(path);
  }
  resultType(state: State, callee: Value): DeclaredType | null {
    const code = callee.kind === "object" ? state.store.get(callee.address).code : null;
    return code === null ? null : this.knowledge.resultType(code.code);
  }
  prelude(path: string): PreludeCode | null {
    return this.knowledge.prelude(path);
  }

  /** The residual is to make the instances of this place; false: it does already. */
  leaveMaking(site: string): boolean {
    if (this.evaluating || this.escapingSites.has(site)) return false;
    this.escapingSites.add(site);
    return true;
  }
  /** True if residual code can say `new` of the class with this prototype. */
  canConstruct(state: State, prototype: Address | null): boolean {
    const constructor =
      prototype === null ? undefined : state.store.get(prototype).properties.get("constructor")?.value;
    return constructor?.kind === "object" && this.names().has(constructor.address);
  }
  /** Declared type of instances of a class. */
  instanceType(constructor: Address): DeclaredType | null {
    const code = this.world.get(constructor)?.code;
    return code === null || code === undefined ? null : this.knowledge.classType(code.code.file, code.code.ir.name);
  }

  // --- making things ---------------------------------------------------------------------------------------------

  newError(state: State, type: string, message: string): Value {
    const address = this.newAddress();
    const error = newObject("error", this.intrinsic(`${type}.prototype`), `new ${type}`);
    error.properties.set("message", dataProperty(constant(message), HIDDEN));
    state.store.put(address, error);
    return reference(address);
  }
  newRegExp(state: State, pattern: string, flags: string): Value {
    const address = this.newAddress();
    const object = newObject("regexp", this.intrinsic("RegExp.prototype"), `/${pattern}/${flags}`);
    object.properties.set("\u0000source", dataProperty(constant(pattern), 0));
    object.properties.set("\u0000flags", dataProperty(constant([...flags].sort().join("")), 0));
    object.properties.set("lastIndex", dataProperty(constant(0), 1));
    state.store.put(address, object);
    return reference(address);
  }
  /** An object nobody sees, for results that are thrown away. */
  discard(state: State): Address {
    const address = this.newAddress();
    state.store.put(address, newObject("plain", null, "discarded"));
    return address;
  }
  undefinedInitializer(): FunctionCode {
    return { code: undefinedCode(), captures: [], home: null, fields: null, isClass: false };
  }
  defaultConstructor(name: string, derived: boolean, file: string, brand: string): Code {
    return defaultConstructorCode(name, derived, file, brand);
  }
  // --- residual functions ----------------------------------------------------------------------------------------

  /** A call about which nothing is static stays as it is, if the function has a name and is not small. */
  leavesGeneric(state: State, call: Call, address: Address, code: FunctionCode): boolean {
    if (this.evaluating || !state.store.isBase(address)) return false;
    const size = code.code.ir.blocks.reduce((n, b) => n + b.instructions.length, 0);
    if (size < 40) return false;
    if (
      [call.receiver, ...call.args].some((v) => v.kind !== "dynamic" && !(v.kind === "const" && v.value === undefined))
    )
      return false;
    return this.names().has(address);
  }
}

function placeholder(id: number): IrFunction {
  return {
    id,
    name: "",
    kind: "function",
    strict: true,
    length: 0,
    parent: null,
    slots: [],
    params: [],
    rest: null,
    thisSlot: null,
    argumentsSlot: null,
    newTargetSlot: null,
    usesSuper: false,
    selfSlot: null,
    captures: [],
    entry: 0,
    blocks: [],
    regions: [],
    opaque: { reason: "not made" },
  };
}
