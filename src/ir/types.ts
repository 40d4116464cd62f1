/**
 * The control-flow graph: the one intermediate language of the product. `lower` writes it from source, `specialize` reads
 * it and writes it again as residual code, `restructure` turns it back into structured JavaScript.
 *
 * Shape. A function is a graph of basic blocks. A block is a list of small instructions that run in order and one
 * terminator. Values live in *slots* (registers), numbered per function; source variables and temporaries are both slots.
 * An operand is a slot or a constant. Evaluation order is the order of the instructions: a variable that is read before a
 * later operand may assign it has been copied to a temporary.
 *
 * Captured variables. A variable that an inner function captures and that never changes after the inner function may
 * exist is captured by value. Every other captured variable lives in a *cell*: a slot holds the cell, and all access goes
 * through `getCell`/`setCell`. A `newCell` that runs again makes a fresh variable (loop bodies).
 *
 * Exceptions. Each block names the innermost region it lies in. An instruction that throws in a block whose innermost try
 * region is `r` continues at `r.handler` with the exception in `r.exception`. A jump from a block inside a region to a
 * block outside of it leaves the region; leaving a `forOf` region, by jump, return or exception, closes the iterator.
 * `finally` has no form of its own: lower copies the completion into a slot and dispatches after the finalizer.
 *
 * No Babel here: syntax that stays as it is travels as an opaque handle.
 */

export type Slot = number;
export type BlockId = number;
export type FunctionId = number;
export type RegionId = number;

/** Where something came from: file and 1-based line, 0-based column (as Babel has them). */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type Primitive = undefined | null | boolean | number | string | bigint;

/** A compile-time constant as an operand. */
export interface Const {
  readonly value: Primitive;
}
export type Operand = Slot | Const;
/** An argument of a call or element of an array; `spread` names a slot made by `iterToList`. */
export type Argument = Operand | { readonly spread: Slot };

export type UnaryOperator =
  | "-"
  | "+"
  | "!"
  | "~"
  | "typeof"
  /** ToNumeric: number or bigint (the old value of `x++`) */
  | "toNumeric"
  /** add / subtract one to a numeric (number or bigint) */
  | "inc"
  | "dec"
  /** ToString, as a template literal does it */
  | "toString"
  /** ToPropertyKey, as a computed key does it */
  | "toPropertyKey"
  /** true for null and undefined */
  | "isNullish"
  /** OrdinaryCallBindThis of sloppy code: what the caller passed as an object, the global one for null and undefined */
  | "toThis";

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "**"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | ">>>"
  | "=="
  | "!="
  | "==="
  | "!=="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "instanceof";

export type Instruction = { readonly origin?: Origin } &
  /** dst = value (constants and slot copies) */
  (
    | { readonly op: "copy"; readonly dst: Slot; readonly value: Operand }
    | {
        readonly op: "unary";
        readonly operator: UnaryOperator;
        readonly dst: Slot;
        readonly value: Operand;
        /** of primitives that it takes: it cannot throw and runs no code of the program */
        readonly isPlain?: boolean;
      }
    | {
        readonly op: "binary";
        readonly operator: BinaryOperator;
        readonly dst: Slot;
        readonly left: Operand;
        readonly right: Operand;
        /** of primitives that it takes: it cannot throw and runs no code of the program */
        readonly isPlain?: boolean;
      }
    /** dst = object[key]; a constant string key prints as `.key`. Throws on null and undefined objects. */
    | {
        readonly op: "getProp";
        readonly dst: Slot;
        readonly object: Operand;
        readonly key: Operand;
        /** plain data is read: it cannot throw and has no effect */
        readonly isPlain?: boolean;
        /** what is read is plain and a primitive, and stays the same: of a text, its length or a character */
        readonly isFixed?: boolean;
        /** the key, which is not known, is a number */
        readonly byIndex?: boolean;
      }
    | {
        readonly op: "setProp";
        readonly object: Operand;
        readonly key: Operand;
        readonly value: Operand;
        /** plain data is written: it cannot throw and does nothing else, but may add the property */
        readonly isPlain?: boolean;
        /** the object has the property already */
        readonly isThere?: boolean;
        /** the key, which is not known, is a number */
        readonly byIndex?: boolean;
      }
    | { readonly op: "deleteProp"; readonly dst: Slot; readonly object: Operand; readonly key: Operand }
    /** private names: `name` without `#`, `brand` tells the class scopes of one module apart */
    | {
        readonly op: "getPrivate";
        readonly dst: Slot;
        readonly object: Operand;
        readonly name: string;
        readonly brand: string;
      }
    | {
        readonly op: "setPrivate";
        readonly object: Operand;
        readonly name: string;
        readonly brand: string;
        readonly value: Operand;
      }
    | {
        readonly op: "hasPrivate";
        readonly dst: Slot;
        readonly object: Operand;
        readonly name: string;
        readonly brand: string;
      }
    /** super[key] with this as receiver; only in methods */
    | { readonly op: "getSuper"; readonly dst: Slot; readonly receiver: Operand; readonly key: Operand }
    | { readonly op: "setSuper"; readonly receiver: Operand; readonly key: Operand; readonly value: Operand }
    /**
     * dst = callee.call(receiver, ...args). `receiver` is undefined-constant for plain calls. A method call `o.f(x)` is
     * `f = getProp o "f"; t = x; call f, receiver o, [t]`: the property is read before the arguments are evaluated.
     */
    | {
        readonly op: "call";
        readonly dst: Slot;
        readonly callee: Operand;
        readonly receiver: Operand;
        readonly args: readonly Argument[];
        /** of a built-in: it gives a value and does nothing else */
        readonly isPlain?: boolean;
        /** of a built-in: it gives an array that nobody else has */
        readonly makesArray?: boolean;
      }
    | { readonly op: "construct"; readonly dst: Slot; readonly callee: Operand; readonly args: readonly Argument[] }
    /** super(...args) in a derived constructor: dst is the new this (the function's `this` slot) */
    | { readonly op: "superCall"; readonly dst: Slot; readonly args: readonly Argument[] }
    /** a fresh function object; `captures` fill the callee's `captures` slots in order (cells are passed as cells) */
    | { readonly op: "closure"; readonly dst: Slot; readonly func: FunctionId; readonly captures: readonly Operand[] }
    | { readonly op: "class"; readonly dst: Slot; readonly definition: ClassDefinition }
    /** an object literal; keys and values were evaluated before, in order */
    | { readonly op: "object"; readonly dst: Slot; readonly properties: readonly PropertyDefinition[] }
    /** an array literal; `null` is a hole */
    | { readonly op: "array"; readonly dst: Slot; readonly elements: readonly (Argument | null)[] }
    /** dst = the elements of an iterable, iterated now, as an array nobody else sees */
    | { readonly op: "iterToList"; readonly dst: Slot; readonly iterable: Operand }
    /** dst = shallow copy of own enumerable properties (object spread), nobody else sees it */
    | { readonly op: "copyProperties"; readonly dst: Slot; readonly source: Operand }
    /** dst = rest of object destructuring */
    | {
        readonly op: "objectRest";
        readonly dst: Slot;
        readonly source: Operand;
        readonly excluded: readonly Operand[];
        /** plain data is copied: the excluded properties may be read once more */
        readonly isPlain?: boolean;
      }
    /** `({ k: d, ...rest } = source)`: reads and rest at once; only restructure makes it, of getProp and objectRest */
    | {
        readonly op: "objectPattern";
        readonly source: Operand;
        readonly keys: readonly Operand[];
        readonly dsts: readonly Slot[];
        readonly rest: Slot;
      }
    /** throws TypeError on null and undefined (`const {} = x`) */
    | { readonly op: "requireObject"; readonly value: Operand }
    /** `[a, b, ...r] = iterable` with plain targets and no defaults between; null skips an element */
    | {
        readonly op: "arrayPattern";
        readonly iterable: Operand;
        readonly dsts: readonly (Slot | null)[];
        readonly rest: Slot | null;
      }
    /** the iterator protocol one step at a time, for patterns with defaults or member targets */
    | { readonly op: "iterOpen"; readonly dst: Slot; readonly iterable: Operand }
    | { readonly op: "iterStep"; readonly dst: Slot; readonly done: Slot; readonly iterator: Slot }
    | { readonly op: "iterRest"; readonly dst: Slot; readonly iterator: Slot }
    /** calls `return` if there is one; `quiet`: errors of it are swallowed (an exception is already on its way) */
    | { readonly op: "iterClose"; readonly iterator: Slot; readonly quiet: boolean }
    /** template literal; the values are strings already (unary toString) */
    | {
        readonly op: "template";
        readonly dst: Slot;
        readonly quasis: readonly string[];
        readonly values: readonly Operand[];
      }
    /** the per-site frozen strings array of a tagged template */
    | {
        readonly op: "templateObject";
        readonly dst: Slot;
        readonly cooked: readonly (string | undefined)[];
        readonly raw: readonly string[];
        readonly site: string;
      }
    | { readonly op: "regexp"; readonly dst: Slot; readonly pattern: string; readonly flags: string }
    /** captured, changing variables; `checked`: throws ReferenceError while uninitialized. initCell ends the dead zone. */
    | { readonly op: "newCell"; readonly dst: Slot; readonly name: string; readonly initialized: boolean }
    | { readonly op: "initCell"; readonly cell: Slot; readonly value: Operand }
    | { readonly op: "getCell"; readonly dst: Slot; readonly cell: Slot; readonly checked: boolean }
    | { readonly op: "setCell"; readonly cell: Slot; readonly value: Operand; readonly checked: boolean }
    /** a local, not captured let/const/class that cannot be proven initialized here */
    | { readonly op: "checkInit"; readonly slot: Slot; readonly name: string }
    /** module-scope bindings of the function's own module, imports included (live; may throw in the dead zone) */
    | { readonly op: "getBinding"; readonly dst: Slot; readonly name: string }
    | { readonly op: "setBinding"; readonly name: string; readonly value: Operand; readonly init: boolean }
    /** names bound nowhere in the module */
    | {
        readonly op: "getGlobal";
        readonly dst: Slot;
        readonly name: string;
        /** of a built-in, which is there */
        readonly isPlain?: boolean;
      }
    | { readonly op: "typeofGlobal"; readonly dst: Slot; readonly name: string }
    | { readonly op: "setGlobal"; readonly name: string; readonly value: Operand }
    /** `throw new TypeError("Assignment to constant variable.")` and the like, decided by lower */
    | { readonly op: "throwError"; readonly error: "TypeError" | "ReferenceError"; readonly message: string }
    | { readonly op: "debugger" }
  );

export interface PropertyDefinition {
  /** init: own data property; method: like init but the closure gets the object as home; proto: `__proto__: v`; spread: from copyProperties */
  readonly kind: "init" | "method" | "get" | "set" | "proto" | "spread";
  /** string constant, or a slot holding a property key; ignored for proto and spread */
  readonly key: Operand;
  readonly value: Operand;
  /**
   * of an init under a computed key, whose value is a function: it gets its name from the key (`here`), or has the same
   * name anyway (`same`). Methods, getters and setters always get theirs from the key.
   */
  readonly names?: "here" | "same";
}

export interface ClassDefinition {
  readonly name: string;
  /** null: no extends clause */
  readonly superClass: Operand | null;
  /** null: default constructor */
  readonly constructorFunction: ClosureRef | null;
  /** in source order; keys were evaluated before the class instruction, in order */
  readonly members: readonly ClassMember[];
  /** slot of the inner class binding visible in members (a cell), or null */
  readonly selfCell: Slot | null;
  readonly brand: string;
}
export interface ClosureRef {
  readonly func: FunctionId;
  readonly captures: readonly Operand[];
}
export type ClassMember =
  | {
      readonly kind: "method" | "get" | "set";
      readonly isStatic: boolean;
      readonly key: MemberKey;
      readonly closure: ClosureRef;
    }
  /** initializer is a function without parameters, called with the instance (or class) as this; null: undefined */
  | { readonly kind: "field"; readonly isStatic: boolean; readonly key: MemberKey; readonly closure: ClosureRef | null }
  | { readonly kind: "staticBlock"; readonly isStatic: true; readonly key: null; readonly closure: ClosureRef };
export type MemberKey = Operand | { readonly privateName: string };

export type Terminator = { readonly origin?: Origin } & (
  | { readonly op: "jump"; readonly to: BlockId }
  | { readonly op: "branch"; readonly condition: Operand; readonly then: BlockId; readonly else: BlockId }
  /** strict equality against constants, no two of them equal */
  | {
      readonly op: "switch";
      readonly value: Operand;
      readonly cases: readonly { readonly test: Primitive; readonly to: BlockId }[];
      readonly default: BlockId;
    }
  | { readonly op: "return"; readonly value: Operand }
  | { readonly op: "throw"; readonly value: Operand }
  /** body lies in the try region, the handler (see the region) outside of it */
  | { readonly op: "enterTry"; readonly region: RegionId; readonly body: BlockId }
  /** `next` is a block in the region whose only content is the matching forOfNext / forInNext */
  | { readonly op: "enterForOf"; readonly region: RegionId; readonly iterable: Operand; readonly next: BlockId }
  | {
      readonly op: "forOfNext";
      readonly region: RegionId;
      readonly value: Slot;
      readonly body: BlockId;
      readonly exit: BlockId;
    }
  | { readonly op: "enterForIn"; readonly region: RegionId; readonly object: Operand; readonly next: BlockId }
  | {
      readonly op: "forInNext";
      readonly region: RegionId;
      readonly value: Slot;
      readonly body: BlockId;
      readonly exit: BlockId;
    }
  | { readonly op: "unreachable" }
);

export interface Block {
  readonly id: BlockId;
  /** innermost region, or null */
  readonly region: RegionId | null;
  readonly instructions: readonly Instruction[];
  readonly terminator: Terminator;
}

export type Region =
  | {
      readonly kind: "try";
      readonly id: RegionId;
      readonly parent: RegionId | null;
      readonly handler: BlockId;
      readonly exception: Slot;
    }
  | { readonly kind: "forOf" | "forIn"; readonly id: RegionId; readonly parent: RegionId | null };

export interface SlotInfo {
  /** name in the source; undefined for temporaries */
  readonly name?: string;
  readonly kind: "param" | "variable" | "temporary" | "cell" | "this" | "arguments" | "newTarget" | "self";
}

export type FunctionKind =
  | "function"
  | "arrow"
  | "method"
  | "getter"
  | "setter"
  | "constructor"
  | "derivedConstructor"
  | "initializer"
  | "module";

export interface IrFunction {
  readonly id: FunctionId;
  /** as `name` property; "" for anonymous ones */
  readonly name: string;
  readonly kind: FunctionKind;
  readonly strict: boolean;
  /** `length` property */
  readonly length: number;
  /** innermost enclosing function that was lowered; null: module scope */
  readonly parent: FunctionId | null;
  readonly slots: readonly SlotInfo[];
  /** plain parameters in order; defaults and patterns are code in the entry block */
  readonly params: readonly Slot[];
  /** slot of `...rest`, as an array */
  readonly rest: Slot | null;
  /** slots filled at entry, where used by the body; arrows capture these from their parent like variables */
  readonly thisSlot: Slot | null;
  readonly argumentsSlot: Slot | null;
  readonly newTargetSlot: Slot | null;
  /** asks for `super`, itself or in an arrow function: it stands as a member of the object that it was made in, or in one that does */
  readonly usesSuper: boolean;
  /** the function itself (named function expressions) */
  readonly selfSlot: Slot | null;
  /** slots filled from the closure, in the order of the closure instruction's captures */
  readonly captures: readonly CaptureInfo[];
  readonly entry: BlockId;
  /** index = id */
  readonly blocks: readonly Block[];
  readonly regions: readonly Region[];
  /** not lowered: stays generic. `syntax` is the function's node; blocks is empty */
  readonly opaque: Opaque | null;
  readonly origin?: Origin;
  /** handle of the source node for the front (never looked into here) */
  readonly syntax?: unknown;
}
export interface CaptureInfo {
  readonly slot: Slot;
  readonly name: string;
  readonly isCell: boolean;
}
export interface Opaque {
  /** what could not be lowered: async, generator, eval, arguments aliasing, ... */
  readonly reason: string;
  readonly origin?: Origin;
  readonly mentions?: Mentions;
}
/** Names that occur in code that was not lowered. */
export interface Mentions {
  /** of variables, and all that may be ones */
  readonly names: readonly string[];
  /** properties by name, read, called or assigned; private names as NUL name @ */
  readonly properties: readonly string[];
  readonly assigned: readonly string[];
  /** assigns properties whose names are computed */
  readonly computes: boolean;
}

/** One module, lowered. */
export interface IrModule {
  readonly file: string;
  /** all functions of the module; index = id; functions[0] is the module's own top-level code (kind "module") */
  readonly functions: readonly IrFunction[];
  /** names bound at module scope, and how */
  readonly bindings: ReadonlyMap<string, BindingInfo>;
}
export interface BindingInfo {
  readonly kind: "const" | "let" | "var" | "function" | "class" | "import";
  /** assigned anywhere but at its declaration */
  readonly reassigned: boolean;
  readonly origin?: Origin;
}
