/**
 * Runs lowered functions on real values, instruction by instruction: the oracle for `lower` (and for whoever writes this
 * graph). Closures are real functions, classes real classes; cells are `{value}`.
 */
import { operandsOf } from "../../src/ir/operands.ts";
import type {
  Argument,
  Block,
  ClassDefinition,
  ClosureRef,
  Instruction,
  IrFunction,
  IrModule,
  MemberKey,
  Operand,
  RegionId,
  Terminator,
} from "../../src/ir/types.ts";

type Any = any; // values of the interpreted program

const EMPTY = Symbol("not initialized");

interface Cell {
  value: Any;
  readonly name: string;
}

interface PrivateStore {
  readonly fields: Map<string, WeakMap<object, { get(self: object): Any; set(self: object, value: Any): void }>>;
}

interface Activation {
  readonly fn: IrFunction;
  readonly slots: Any[];
  readonly home: object | null;
  readonly privates: ReadonlyMap<string, PrivateStore>;
  readonly iterators: Map<RegionId, { iterator: Any; next: Any; open: boolean }>;
  readonly callSuper: ((args: Any[]) => Any) | null;
  self: Any;
}

interface Entry {
  readonly self: Any;
  readonly args: Any[];
  readonly newTarget: Any;
  readonly callee: Any;
  readonly callSuper?: (args: Any[]) => Any;
}

interface ClosureData {
  readonly func: number;
  readonly captures: readonly Any[];
  readonly home: object | null;
  readonly privates: ReadonlyMap<string, PrivateStore>;
}

export class Interpreter {
  readonly bindings = new Map<string, Any>();
  private readonly templates = new Map<string, Any>();
  steps = 0;

  constructor(
    readonly module: IrModule,
    readonly globals: Record<string, Any>,
    imports: ReadonlyMap<string, Any> = new Map(),
  ) {
    for (const [name, info] of module.bindings)
      this.bindings.set(name, info.kind === "import" ? imports.get(name) : EMPTY);
  }

  runModule(): void {
    this.run(
      { func: 0, captures: [], home: null, privates: new Map() },
      { self: undefined, args: [], newTarget: undefined, callee: undefined },
    );
  }

  // ---- functions

  makeClosure(ref: ClosureData, name?: string): Any {
    const fn = this.module.functions[ref.func]!;
    if (fn.opaque !== null) {
      const opaque = function (): never {
        throw new Error(`opaque: ${fn.opaque!.reason}`);
      };
      return named(opaque, name ?? fn.name, fn.length);
    }
    const run = (entry: Entry): Any => this.run(ref, entry);
    let made: Any;
    if (fn.kind === "arrow")
      made = (...args: Any[]): Any => run({ self: undefined, args, newTarget: undefined, callee: made });
    else if (fn.kind === "function") {
      made = function (this: Any, ...args: Any[]): Any {
        return run({ self: this, args, newTarget: new.target, callee: made });
      };
    } else {
      made = {
        method(this: Any, ...args: Any[]): Any {
          return run({ self: this, args, newTarget: undefined, callee: made });
        },
      }.method;
    }
    return named(made, name ?? fn.name, fn.length);
  }

  private run(ref: ClosureData, entry: Entry): Any {
    const fn = this.module.functions[ref.func]!;
    const slots = new Array<Any>(fn.slots.length).fill(EMPTY);
    fn.params.forEach((slot, i) => (slots[slot] = entry.args[i]));
    if (fn.rest !== null) slots[fn.rest] = entry.args.slice(fn.params.length);
    const isArrow = fn.kind === "arrow";
    if (fn.thisSlot !== null && !isArrow) slots[fn.thisSlot] = fn.kind === "derivedConstructor" ? EMPTY : entry.self;
    if (fn.newTargetSlot !== null && !isArrow) slots[fn.newTargetSlot] = entry.newTarget;
    if (fn.argumentsSlot !== null && !isArrow)
      slots[fn.argumentsSlot] = makeArguments(entry.args, fn.strict, entry.callee);
    if (fn.selfSlot !== null) slots[fn.selfSlot] = entry.callee;
    fn.captures.forEach(({ slot }, i) => (slots[slot] = ref.captures[i]));
    const activation: Activation = {
      fn,
      slots,
      home: ref.home ?? (typeof entry.callee === "function" ? (homes.get(entry.callee) ?? null) : null),
      privates: ref.privates,
      iterators: new Map(),
      callSuper: entry.callSuper ?? null,
      self: entry.self,
    };
    return this.execute(activation);
  }

  private execute(at: Activation): Any {
    let block: Block = at.fn.blocks[at.fn.entry]!;
    for (;;) {
      if (++this.steps > 2_000_000) throw new Error("too many steps");
      let region = block.region;
      try {
        for (const instruction of block.instructions) this.step(at, instruction);
        const { terminator } = block;
        if (terminator.op === "throw") throw this.value(at, terminator.value);
        if (terminator.op === "return") {
          const value = this.value(at, terminator.value);
          region = this.leave(at, region, null, (r) => (region = r));
          return value;
        }
        const next: Block = at.fn.blocks[this.follow(at, terminator)]!;
        if (!("region" in terminator) || terminator.op === "forOfNext" || terminator.op === "forInNext")
          this.leave(at, region, next.region, (r) => (region = r));
        block = next;
      } catch (error) {
        const handler = this.unwind(at, region, error);
        if (handler === null) throw error;
        block = at.fn.blocks[handler]!;
      }
    }
  }

  /** Closes iterators between `from` and `to`; tells after each region where control now is. */
  private leave(
    at: Activation,
    from: RegionId | null,
    to: RegionId | null,
    now: (region: RegionId | null) => void,
  ): RegionId | null {
    for (let r = from; r !== to && r !== null;) {
      const region = at.fn.regions[r]!;
      const state = at.iterators.get(r);
      now(region.parent);
      if (state?.open) {
        state.open = false;
        const close = state.iterator.return;
        if (close !== undefined && close !== null) {
          const result: Any = Reflect.apply(close, state.iterator, []);
          if (Object(result) !== result) throw new TypeError("iterator result is not an object");
        }
      }
      r = region.parent;
    }
    return to;
  }

  private unwind(at: Activation, from: RegionId | null, error: Any): number | null {
    for (let r = from; r !== null;) {
      const region = at.fn.regions[r]!;
      if (region.kind === "try") {
        at.slots[region.exception] = error;
        return region.handler;
      }
      const state = at.iterators.get(r);
      if (state?.open) {
        state.open = false;
        try {
          const close = state.iterator.return;
          if (close !== undefined && close !== null) Reflect.apply(close, state.iterator, []);
        } catch {
          // the first exception wins
        }
      }
      r = region.parent;
    }
    return null;
  }

  private follow(at: Activation, terminator: Terminator): number {
    switch (terminator.op) {
      case "jump":
        return terminator.to;
      case "branch":
        return this.value(at, terminator.condition) ? terminator.then : terminator.else;
      case "switch": {
        const value = this.value(at, terminator.value);
        return terminator.cases.find((c) => c.test === value)?.to ?? terminator.default;
      }
      case "enterTry":
        return terminator.body;
      case "enterForOf": {
        const iterator = iteratorOf(this.value(at, terminator.iterable));
        at.iterators.set(terminator.region, { iterator, next: iterator.next, open: true });
        return terminator.next;
      }
      case "enterForIn": {
        const iterator = keysOf(this.value(at, terminator.object));
        at.iterators.set(terminator.region, { iterator, next: iterator.next, open: false });
        return terminator.next;
      }
      case "forOfNext":
      case "forInNext": {
        const state = at.iterators.get(terminator.region)!;
        state.open = false;
        const result: Any = Reflect.apply(state.next, state.iterator, []);
        if (Object(result) !== result) throw new TypeError("iterator result is not an object");
        if (result.done) return terminator.exit;
        at.slots[terminator.value] = result.value;
        state.open = terminator.op === "forOfNext";
        return terminator.body;
      }
      default:
        throw new Error(`cannot follow ${terminator.op}`);
    }
  }

  // ---- instructions

  private value(at: Activation, operand: Operand): Any {
    if (typeof operand !== "number") return operand.value;
    const value = at.slots[operand];
    if (value === EMPTY)
      throw new Error(
        `interpreter: slot ${operand} (${at.fn.slots[operand]?.name}) of ${at.fn.name} is read before it is written`,
      );
    return value;
  }

  private args(at: Activation, args: readonly Argument[]): Any[] {
    return args.flatMap((a) =>
      typeof a === "object" && "spread" in a ? this.value(at, a.spread) : [this.value(at, a)],
    );
  }

  private closure(
    at: Activation,
    ref: ClosureRef,
    home: object | null = null,
    privates = at.privates,
    name?: string,
  ): Any {
    return this.makeClosure(
      {
        func: ref.func,
        captures: ref.captures.map((c) => this.value(at, c)),
        home: home ?? (this.module.functions[ref.func]!.kind === "arrow" ? at.home : null),
        privates,
      },
      name,
    );
  }

  private step(at: Activation, i: Instruction): void {
    if (i.op !== "class" && i.op !== "checkInit") for (const operand of operandsOf(i)) this.value(at, operand);
    const get = (operand: Operand): Any => this.value(at, operand);
    const set = (value: Any): void => {
      at.slots[(i as { dst: number }).dst] = value;
    };
    switch (i.op) {
      case "copy":
        return set(get(i.value));
      case "unary":
        return set(i.operator === "toThis" ? sloppyThis(get(i.value)) : unary(i.operator, get(i.value)));
      case "binary":
        return set(binary(i.operator, get(i.left), get(i.right)));
      case "getProp":
        return set(get(i.object)[get(i.key)]);
      case "setProp":
        return setProperty(get(i.object), get(i.key), get(i.value), at.fn.strict);
      case "deleteProp": {
        const object = get(i.object);
        if (object === undefined || object === null) throw new TypeError("Cannot convert undefined or null to object");
        const done = Reflect.deleteProperty(Object(object), get(i.key));
        if (!done && at.fn.strict) throw new TypeError("Cannot delete property");
        return set(done);
      }
      case "getPrivate":
        return set(privateField(at, i.brand, i.name, get(i.object)).get(get(i.object)));
      case "setPrivate":
        return privateField(at, i.brand, i.name, get(i.object)).set(get(i.object), get(i.value));
      case "hasPrivate": {
        const object = get(i.object);
        if (Object(object) !== object) throw new TypeError("right-hand side of 'in' is not an object");
        return set(at.privates.get(i.brand)?.fields.get(i.name)?.has(object) ?? false);
      }
      case "getSuper":
        return set(Reflect.get(Object.getPrototypeOf(at.home!), get(i.key), get(i.receiver)));
      case "setSuper":
        if (!Reflect.set(Object.getPrototypeOf(at.home!), get(i.key), get(i.value), get(i.receiver)) && at.fn.strict)
          throw new TypeError("Cannot assign");
        return;
      case "call":
        return set(Reflect.apply(callable(get(i.callee)), get(i.receiver), this.args(at, i.args)));
      case "construct":
        return set(Reflect.construct(constructor(get(i.callee)), this.args(at, i.args)));
      case "superCall":
        return set(at.callSuper!(this.args(at, i.args)));
      case "closure":
        return set(this.closure(at, i));
      case "class":
        return set(this.makeClass(at, i.definition));
      case "object":
        return set(this.makeObject(at, i));
      case "array": {
        const array: Any[] = [];
        for (const e of i.elements) {
          if (e === null) array.length++;
          else array.push(...this.args(at, [e]));
        }
        return set(array);
      }
      case "iterToList":
        return set([...get(i.iterable)]);
      case "copyProperties":
        return set({ ...get(i.source) });
      case "objectRest": {
        const plain = { writable: true, enumerable: true, configurable: true };
        const source = get(i.source);
        const excluded = new Set(i.excluded.map((k) => toKey(get(k))));
        const rest: Any = {};
        for (const key of Reflect.ownKeys(Object(source)))
          if (!excluded.has(key) && Object.getOwnPropertyDescriptor(Object(source), key)?.enumerable)
            Reflect.defineProperty(rest, key, { ...plain, value: source[key] });
        return set(rest);
      }
      case "requireObject":
        if (get(i.value) === undefined || get(i.value) === null) throw new TypeError("Cannot destructure");
        return;
      case "arrayPattern":
        return arrayPattern(at, get(i.iterable), i.dsts, i.rest);
      case "iterOpen": {
        const iterator = iteratorOf(get(i.iterable));
        return set({ iterator, next: iterator.next });
      }
      case "iterStep": {
        const { iterator, next } = get(i.iterator);
        const result = stepIterator(iterator, next);
        const { done } = result;
        at.slots[i.dst] = done ? undefined : result.value;
        at.slots[i.done] = Boolean(done);
        return;
      }
      case "iterRest": {
        const { iterator, next } = get(i.iterator);
        const rest: Any[] = [];
        for (let r = stepIterator(iterator, next); !r.done; r = stepIterator(iterator, next)) rest.push(r.value);
        return set(rest);
      }
      case "iterClose":
        return closeIterator(get(i.iterator).iterator, i.quiet);
      case "template":
        return set(i.quasis.map((q, n) => q + (n < i.values.length ? get(i.values[n]!) : "")).join(""));
      case "templateObject": {
        let strings = this.templates.get(i.site);
        if (strings === undefined) {
          strings = [...i.cooked];
          Object.defineProperty(strings, "raw", { value: Object.freeze([...i.raw]) });
          this.templates.set(i.site, Object.freeze(strings));
        }
        return set(strings);
      }
      case "regexp":
        return set(new RegExp(i.pattern, i.flags));
      case "newCell":
        return set({ value: i.initialized ? undefined : EMPTY, name: i.name } satisfies Cell);
      case "initCell":
        get(i.cell).value = get(i.value);
        return;
      case "getCell":
        return set(readCell(get(i.cell), i.checked));
      case "setCell":
        readCell(get(i.cell), i.checked);
        get(i.cell).value = get(i.value);
        return;
      case "checkInit":
        if (at.slots[i.slot] === EMPTY) throw new ReferenceError(`${i.name} is not initialized`);
        return;
      case "getBinding": {
        const value = this.bindings.get(i.name);
        if (value === EMPTY) throw new ReferenceError(`Cannot access '${i.name}' before initialization`);
        return set(value);
      }
      case "setBinding":
        if (!i.init && this.bindings.get(i.name) === EMPTY)
          throw new ReferenceError(`Cannot access '${i.name}' before initialization`);
        this.bindings.set(i.name, get(i.value));
        return;
      case "getGlobal":
        if (i.name in this.globals) return set(this.globals[i.name]);
        if (!(i.name in globalThis)) throw new ReferenceError(`${i.name} is not defined`);
        return set((globalThis as Any)[i.name]);
      case "typeofGlobal":
        return set(i.name in this.globals ? typeof this.globals[i.name] : typeof (globalThis as Any)[i.name]);
      case "setGlobal":
        if (!(i.name in this.globals) && !(i.name in globalThis) && at.fn.strict)
          throw new ReferenceError(`${i.name} is not defined`);
        this.globals[i.name] = get(i.value);
        return;
      case "throwError":
        throw new { TypeError, ReferenceError }[i.error](i.message);
      case "debugger":
        return;
    }
  }

  private makeObject(at: Activation, i: Extract<Instruction, { op: "object" }>): Any {
    const object: Any = {};
    for (const p of i.properties) {
      const value = this.value(at, p.value);
      const key = this.value(at, p.key);
      switch (p.kind) {
        case "proto":
          if (value === null || Object(value) === value) Object.setPrototypeOf(object, value);
          break;
        case "spread":
          for (const k of Reflect.ownKeys(value))
            define(object, k, { value: value[k], writable: true, enumerable: true, configurable: true });
          break;
        case "init":
          if (p.names !== undefined) nameByKey(value, key, "");
          define(object, key, { value, writable: true, enumerable: true, configurable: true });
          break;
        case "method":
          setHome(value, object, key, "");
          define(object, key, { value, writable: true, enumerable: true, configurable: true });
          break;
        default:
          setHome(value, object, key, `${p.kind} `);
          define(object, key, { [p.kind]: value, enumerable: true, configurable: true });
      }
    }
    return object;
  }

  private makeClass(at: Activation, definition: ClassDefinition): Any {
    const execute = (code: ClosureData, entry: Entry): Any => this.run(code, entry);
    const ref = definition.constructorFunction;
    const store: PrivateStore = { fields: new Map() };
    const privates = new Map(at.privates).set(definition.brand, store);
    const fields: ((self: Any) => void)[] = [];
    const initialize = (self: Any): void => {
      for (const field of fields) field(self);
    };
    const data = (home: object): ClosureData | null =>
      ref === null ? null : { func: ref.func, captures: ref.captures.map((c) => this.value(at, c)), home, privates };
    const parent = definition.superClass === null ? undefined : this.value(at, definition.superClass);
    let Made: Any;
    if (definition.superClass === null) {
      Made = class {
        constructor(...args: Any[]) {
          initialize(this);
          const code = data(Made.prototype);
          const result =
            code === null ? undefined : execute(code, { self: this, args, newTarget: new.target, callee: Made });
          if (Object(result) === result) return result;
        }
      };
    } else {
      Made = class extends (parent as new (...args: Any[]) => object) {
        // @ts-expect-error -- super() is called by the interpreted constructor, when it gets there
        constructor(...args: Any[]) {
          const callSuper = (given: Any[]): Any => {
            // @ts-expect-error -- in an arrow function, as the language allows
            super(...given);
            initialize(this);
            return this;
          };
          const code = data(Made.prototype);
          if (code === null) {
            callSuper(args);
            return;
          }
          return execute(code, { self: EMPTY, args, newTarget: new.target, callee: Made, callSuper });
        }
      };
    }
    named(Made, definition.name, ref === null ? 0 : this.module.functions[ref.func]!.length);
    const statics: (() => void)[] = [];
    const privateMethods: ((self: Any) => void)[] = [];
    for (const member of definition.members) {
      const home = member.isStatic ? Made : Made.prototype;
      const key = member.key === null ? null : this.memberKey(at, member.key);
      const isPrivate = typeof member.key === "object" && member.key !== null && "privateName" in member.key;
      const keyText = isPrivate
        ? `#${(member.key as { privateName: string }).privateName}`
        : String(typeof key === "symbol" ? `[${key.description}]` : key);
      if (isPrivate && !store.fields.has(key)) store.fields.set(key, new WeakMap());
      const made = member.closure === null ? null : this.closure(at, member.closure, home, privates);
      if (member.kind === "field") {
        const install = (self: Any): void => {
          const value = made === null ? undefined : Reflect.apply(made, self, []);
          if (isPrivate) addPrivate(store.fields.get(key)!, self, dataField(value));
          else define(self, key, { value, writable: true, enumerable: true, configurable: true });
        };
        if (member.isStatic) statics.push(() => install(Made));
        else fields.push(install);
      } else if (member.kind === "staticBlock") statics.push(() => Reflect.apply(made, Made, []));
      else {
        named(made, member.kind === "method" ? keyText : `${member.kind} ${keyText}`, made.length);
        if (isPrivate) {
          const install = (self: Any): void => addMethod(store.fields.get(key)!, self, member.kind, made);
          if (member.isStatic) install(Made);
          else privateMethods.push(install);
        } else if (member.kind === "method")
          define(home, key, { value: made, writable: true, enumerable: false, configurable: true });
        else define(home, key, { [member.kind]: made, enumerable: false, configurable: true });
      }
    }
    fields.unshift(...privateMethods);
    if (definition.selfCell !== null) at.slots[definition.selfCell].value = Made;
    for (const run of statics) run();
    return Made;
  }

  private memberKey(at: Activation, key: MemberKey): Any {
    return typeof key === "object" && "privateName" in key ? key.privateName : toKey(this.value(at, key));
  }
}

// ---- operations of the language

function sloppyThis(self: Any): Any {
  return self === undefined || self === null ? globalThis : Object(self);
}

const homes = new WeakMap<object, object>();
function setHome(method: Any, home: object, key: Any, prefix: string): void {
  homes.set(method, home);
  nameByKey(method, key, prefix);
}

function nameByKey(fn: Any, key: Any, prefix: string): void {
  if (fn.name === "")
    named(fn, `${prefix}${typeof key === "symbol" ? `[${key.description}]` : String(key)}`, fn.length);
}

function makeArguments(args: Any[], strict: boolean, callee: Any): Any {
  const made = (function (...given: Any[]) {
    void given;
    return arguments; // eslint-disable-line prefer-rest-params -- the thing itself
  })(...args);
  void strict;
  void callee;
  return made;
}

function named(fn: Any, name: string, length: number): Any {
  Object.defineProperty(fn, "length", { value: length, configurable: true });
  Object.defineProperty(fn, "name", { value: name, configurable: true });
  return fn;
}

function define(object: Any, key: Any, descriptor: PropertyDescriptor): void {
  Object.defineProperty(object, key, descriptor);
}

function toKey(value: Any): Any {
  return typeof value === "symbol" ? value : String(value);
}

function readCell(cell: Cell, checked: boolean): Any {
  if (cell.value !== EMPTY) return cell.value;
  if (!checked) throw new Error(`interpreter: unchecked use of ${cell.name} in its dead zone`);
  throw new ReferenceError(`Cannot access '${cell.name}' before initialization`);
}

function callable(value: Any): Any {
  if (typeof value !== "function") throw new TypeError("not a function");
  return value;
}

function constructor(value: Any): Any {
  try {
    Reflect.construct(Object, [], value);
  } catch {
    throw new TypeError("not a constructor");
  }
  return value;
}

function setProperty(object: Any, key: Any, value: Any, strict: boolean): void {
  if (strict) {
    object[key] = value;
    return;
  }
  if (object === undefined || object === null) throw new TypeError("Cannot set properties");
  if (Object(object) === object) Reflect.set(object, key, value, object);
  else Reflect.set(Object(object), key, value, object);
}

type PrivateEntry = { get(self: object): Any; set(self: object, value: Any): void };

function dataField(initial: Any): PrivateEntry {
  let value = initial;
  return { get: () => value, set: (_, given) => (value = given) };
}

function addPrivate(map: WeakMap<object, PrivateEntry>, self: Any, entry: PrivateEntry): void {
  if (map.has(self)) throw new TypeError("Cannot initialize private twice");
  map.set(self, entry);
}

function addMethod(map: WeakMap<object, PrivateEntry>, self: Any, kind: string, made: Any): void {
  const entry: Any = map.get(self) ?? {
    get: () => {
      throw new TypeError("no getter");
    },
    set: () => {
      throw new TypeError("no setter");
    },
  };
  if (kind === "method") entry.get = () => made;
  else if (kind === "get") entry.get = (object: Any) => Reflect.apply(made, object, []);
  else entry.set = (object: Any, value: Any) => Reflect.apply(made, object, [value]);
  map.set(self, entry);
}

function privateField(at: Activation, brand: string, name: string, object: Any): PrivateEntry {
  const entry = Object(object) === object ? at.privates.get(brand)?.fields.get(name)?.get(object) : undefined;
  if (entry === undefined) throw new TypeError(`Cannot access private member #${name}`);
  return entry;
}

function iteratorOf(iterable: Any): Any {
  const iterator = iterable[Symbol.iterator]();
  if (Object(iterator) !== iterator) throw new TypeError("not an iterator");
  return iterator;
}

function* keysOf(object: Any): Generator<string> {
  for (const key in object) yield key;
}

function stepIterator(iterator: Any, next: Any): Any {
  const result: Any = Reflect.apply(next, iterator, []);
  if (Object(result) !== result) throw new TypeError("iterator result is not an object");
  const done = Boolean(result.done);
  return done ? { done } : { done, value: result.value };
}

function closeIterator(iterator: Any, quiet: boolean): void {
  try {
    const close = iterator.return;
    if (close === undefined || close === null) return;
    const result: Any = Reflect.apply(close, iterator, []);
    if (Object(result) !== result) throw new TypeError("iterator result is not an object");
  } catch (error) {
    if (!quiet) throw error;
  }
}

function arrayPattern(at: Activation, iterable: Any, dsts: readonly (number | null)[], rest: number | null): void {
  const iterator = iteratorOf(iterable);
  const { next } = iterator;
  let done = false;
  const step = (): Any => {
    if (done) return undefined;
    const result = stepIterator(iterator, next);
    ({ done } = result);
    return result.value;
  };
  for (const dst of dsts) {
    const value = step();
    if (dst !== null) at.slots[dst] = value;
  }
  if (rest !== null) {
    const values: Any[] = [];
    for (;;) {
      const value = step();
      if (done) break;
      values.push(value);
    }
    at.slots[rest] = values;
  } else if (!done) closeIterator(iterator, false);
}

function unary(operator: string, v: Any): Any {
  switch (operator) {
    case "-":
      return -v;
    case "+":
      return +v;
    case "!":
      return !v;
    case "~":
      return ~v;
    case "typeof":
      return typeof v;
    case "toNumeric":
      return typeof v === "bigint" ? v : numeric(v);
    case "inc":
      return typeof v === "bigint" ? v + 1n : v + 1;
    case "dec":
      return typeof v === "bigint" ? v - 1n : v - 1;
    case "toString":
      return `${v}`;
    case "toPropertyKey": {
      const found: Any[] = [];
      Reflect.has(new Proxy({}, { has: (_, k) => Boolean(found.push(k)) }), v);
      return found[0];
    }
    case "isNullish":
      return v === null || v === undefined;
    default:
      throw new Error(operator);
  }
}

/** ToNumeric: what the language itself makes of the operand of `x++`. */
function numeric(v: Any): Any {
  const box = { v };
  return box.v++;
}

function binary(operator: string, a: Any, b: Any): Any {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case ">>>":
      return a >>> b;
    case "==":
      return a == b;
    case "!=":
      return a != b;
    case "===":
      return a === b;
    case "!==":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "in":
      return a in b;
    case "instanceof":
      return a instanceof b;
    default:
      throw new Error(operator);
  }
}
