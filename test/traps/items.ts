/** What a residual must not get wrong, and the programs that ask: files of fixtures/traps with the calls, cases as "topic/name". */
export interface Item {
  readonly about: string;
  readonly programs: Readonly<Record<string, string>>;
  readonly cases?: readonly string[];
}

export const items: readonly Item[] = [
  {
    about: "evaluation order of every construct",
    programs: {
      "evaluation-order": "operands assignments calls patterns literals conversions members classes throwing",
      "order-of-constructs":
        "heads cases tags supers privates tests deletes refused spreads defaults throwers updates logical accessors iterables constructors",
      "engine-order": "keys templates",
      super: "inOrder",
      "computed-names": "members",
    },
  },
  {
    about: "dead zones",
    programs: { variables: "deadZone hoisting", scopes: "zones rounds switches", "live-bindings": "cycles early" },
  },
  {
    about: "closures over loop variables",
    programs: {
      variables: "loops captured counters",
      scopes: "heads unrolled kept patterns whiles nested generators classes",
      "engine-order": "rounds",
      "kept-loops": "callbacks",
    },
    cases: ["loops/rounds-captured"],
  },
  {
    about: "`arguments` and its aliases",
    programs: {
      arguments: "counted defaults shuffled callee shapes deleted later written recursive thrown looped",
      sloppy: "follow followed swap swapped frozenArguments redefined closure",
      apply: "most written",
      "kept-loops": "arguments_",
    },
    cases: ["functions/arguments-entry"],
  },
  {
    about: "`this` of sloppy code",
    programs: { sloppy: "whose boxed truthy field method late instances inside marks accessors" },
  },
  {
    about: "getters, setters and proxies of dynamic objects: as often, in the same order",
    programs: {
      proxies:
        "fields patterns keys chains changes lists methods calls classes texts json copies twice refusing revoked above asProto throwing",
      objects: "watched accessors",
      "order-of-constructs": "throwers updates logical",
      dispatch: "proxied",
    },
    cases: ["objects/getters", "objects/read-again"],
  },
  {
    about: "holes",
    programs: {
      "own-keys": "holes growing lengths spread methods",
      "array-methods": "holes lengths",
      apply: "holes",
      joins: "lists",
    },
  },
  {
    about: "the order of properties",
    programs: {
      objects: "order copies",
      "own-keys": "orders classes walked removed",
      joins: "orders shapes",
      "made-objects": "order",
    },
    cases: ["objects/escaping"],
  },
  {
    about: "`__proto__`",
    programs: {
      objects: "proto keys",
      "own-keys": "protos parsed",
      "object-assign": "proto",
      "made-objects": "proto",
      "kept-loops": "grouped",
    },
  },
  {
    about: "computed keys",
    programs: {
      "computed-names": "functions methods members dynamicMethod",
      objects: "keys",
      "own-keys": "indices classes hidden",
      "evaluation-order": "literals",
      "keyed-data": "walked asked signs",
      integers: "bigKeys",
    },
  },
  {
    about: "`delete`",
    programs: {
      objects: "deleting closed",
      "own-keys": "removed walked",
      "order-of-constructs": "deletes",
      "made-objects": "deletes",
    },
  },
  {
    about: "`in` and prototype chains",
    programs: {
      objects: "chains",
      "own-keys": "chained readOnly swapped reflected",
      proxies: "chains asProto",
      dispatch: "guarded",
    },
  },
  {
    about: "keys that are symbols",
    programs: {
      objects: "symbols",
      "own-symbols": "sentinel keyed keys own",
      "own-keys": "hidden",
      "host-objects": "symbols",
    },
  },
  {
    about: "closing of iterators",
    programs: {
      "iterators-caught":
        "asked keys broken returned thrown dynamically nested inside called finals continued patterns targets collections objects delegated",
      control: "closing generators",
      "loops-that-stay": "twice notIterable",
    },
  },
  {
    about: "exceptions in the middle of static work",
    programs: {
      control: "middle nested rethrown",
      "kept-loops": "attempts lastError nestedTry",
      lives: "passed",
      "evaluation-order": "throwing",
    },
    cases: ["control/thrown-half-way", "control/handler-reads-old"],
  },
  {
    about: "`finally` that overrides",
    programs: { control: "overriding", "iterators-caught": "finals", "stack-overflow": "finished" },
  },
  {
    about: "labelled `continue` and `break` through `finally`",
    programs: { control: "labelled", "iterators-caught": "nested continued", scopes: "nested" },
    cases: ["loops/labelled"],
  },
  {
    about: "text and number under +",
    programs: { numbers: "adding", integers: "sums joined counts fixed", folding: "texts" },
  },
  {
    about: "integers that overflow, |0, >>>, -0",
    programs: {
      numbers: "integers zeros narrowing",
      integers: "hash mixed wraps shifts signs halves modulo typed",
      joins: "zeros",
    },
    cases: ["builtins/integers", "collections/zero-keys"],
  },
  {
    about: "bigint mixed with number",
    programs: { numbers: "bigints", integers: "big bigLoop bigKeys bigTypes compares" },
  },
  { about: "`Date`, `Math.random`, `performance`", programs: { lives: "clock chance zone stamp", numbers: "never" } },
  {
    about: "static objects that leave and are changed later",
    programs: {
      objects: "escaping shared",
      lives: "passed kept instances",
      "handed-out": "collections list fields view",
      "kept-code": "closure method collected",
      "code-that-stays": "callback handed",
    },
    cases: ["objects/escaping"],
  },
  {
    about: "one object by a static and by a dynamic name",
    programs: {
      lives: "aliased same views bufferOf",
      functions: "dynamicAlias",
      "kept-loops": "aliased shared",
      "names-of-changes": "pairs field listed starred keysOf dropped assigned added protos",
      "given-back": "got above",
    },
    cases: ["objects/aliases", "objects/read-under-two-names"],
  },
  {
    about: "two sites that share one static object",
    programs: { lives: "first second read grow write listed mapped", functions: "shared1 shared2 sharedIn" },
    cases: ["objects/literals-whole"],
  },
  {
    about: "a static argument that is changed behind the site",
    programs: { data: "lateChange", lives: "late nested", "site-on-two-ways": "read same" },
  },
  {
    about: "side effects of modules, import cycles",
    programs: {
      "module-state": "read fields own iterate write",
      "live-bindings": "cycles early",
      functions: "cyclic",
      "module-unknown": "reads lists names",
      "import-cycles": "early now",
      "host-decides": "fields calls",
      "tagged-functions": "read inherited asked called",
    },
  },
  {
    about: "live bindings",
    programs: {
      "live-bindings": "modes between swap counting held spaces",
      functions: "live",
      "module-state": "setMode",
    },
  },
  {
    about: "`name`, `length` and text of functions",
    programs: {
      "function-names": "arrowed bound method closures classes renamed texts",
      functions: "names",
      "made-functions": "named",
      "bound-functions": "described changed hidden",
    },
  },
  {
    about: "recursion through exports that are reassigned",
    programs: { "live-bindings": "steps named recursive owned catches", functions: "replaced recursive mutual" },
    cases: ["functions/own-name-recursion"],
  },
  {
    about: "overflow of the stack",
    programs: {
      "stack-overflow": "overflow written mutual converted got called constructed finished stops printed iterated",
    },
  },
  {
    about: "very deep and very wide static data",
    programs: {
      "large-data":
        "chain nested record text entries matrix strings made given tree keys shared closures branches wideCall",
      data: "deep wide cyclic whole",
    },
  },
];
