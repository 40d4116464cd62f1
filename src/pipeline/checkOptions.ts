/**
 * The options of the plugin and of the command line: their shape, defaults and check. A name that is not known or a value
 * of the wrong type is an error that says what was probably meant.
 */
import type { Primitive } from "../base/primitive.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import { didYouMean } from "../diagnostics/didYouMean.ts";
import type { Sink } from "../diagnostics/sink.ts";
import { ALL_ASSUMED, type Assumptions } from "../specialize/assumptions.ts";
import { DEFAULT_LIMITS, type Limits } from "../specialize/limits.ts";

/** A residual that is wanted without a `specialize` call. */
export interface ContextOptions {
  /** module and export: `./src/power.ts#power`; relative to the root */
  readonly entry: string;
  /** by parameter name or by position; plain values, and `dynamic()` for holes */
  readonly statics: Readonly<Record<string, unknown>> | readonly unknown[];
  /** with live objects: `module#export` of the function that builds them, and of the one from roots to static values */
  readonly live: { readonly setup: string; readonly roots: string } | null;
}

export interface SpecializeOptions {
  /** globs of files with declarations aside, besides `*.spec.ts` next to a module */
  readonly declarations: readonly string[];
  readonly contexts: Readonly<Record<string, ContextOptions>>;
  readonly limits: Limits;
  readonly assume: Assumptions;
  /** what happens to messages about code that stays generic */
  readonly report: "silent" | "warn" | "error";
  /** residuals look at each call whether what they assume holds: for development */
  readonly checkAssumptions: boolean;
  /** lower and restructure every function of a file, specialize nothing */
  readonly roundTrip: boolean;
  /** packages that are not looked into */
  readonly externals: readonly string[];
  /** conditions of `exports` in package.json */
  readonly conditions: readonly string[] | null;
  readonly tsconfig: string | null;
}

export const defaultOptions: SpecializeOptions = {
  declarations: [],
  contexts: {},
  limits: DEFAULT_LIMITS,
  assume: ALL_ASSUMED,
  report: "warn",
  checkAssumptions: false,
  roundTrip: false,
  externals: [],
  conditions: null,
  tsconfig: null,
};

/** The options with their defaults; SP1012 for each thing that is wrong, of which the default is taken. */
export function checkOptions(given: unknown, sink: Sink): SpecializeOptions {
  if (given === undefined || given === null || given === false) return defaultOptions;
  if (!isRecord(given)) {
    wrong(sink, "(all)", "an object is expected");
    return defaultOptions;
  }
  const checker = new Checker(given, "", sink);
  checker.checkNames(Object.keys(defaultOptions));
  return {
    declarations: checker.texts("declarations") ?? defaultOptions.declarations,
    contexts: checkContexts(checker.record("contexts") ?? {}, sink),
    limits: checkLimits(checker.record("limits") ?? {}, sink),
    assume: checkAssumptions(checker.record("assume") ?? {}, sink),
    report: checker.oneOf("report", ["silent", "warn", "error"] as const) ?? defaultOptions.report,
    checkAssumptions: checker.flag("checkAssumptions") ?? false,
    roundTrip: checker.flag("roundTrip") ?? false,
    externals: checker.texts("externals") ?? defaultOptions.externals,
    conditions: checker.texts("conditions") ?? null,
    tsconfig: checker.text("tsconfig") ?? null,
  };
}

function checkLimits(given: Readonly<Record<string, unknown>>, sink: Sink): Limits {
  const checker = new Checker(given, "limits.", sink);
  const names = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];
  checker.checkNames(names);
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS };
  for (const name of names) limits[name] = checker.count(name) ?? limits[name];
  return limits;
}

function checkAssumptions(given: Readonly<Record<string, unknown>>, sink: Sink): Assumptions {
  const checker = new Checker(given, "assume.", sink);
  checker.checkNames(Object.keys(ALL_ASSUMED));
  return {
    builtins: checker.flag("builtins") ?? true,
    statics: checker.flag("statics") ?? true,
    types: checker.flag("types") ?? true,
    engine: checker.flag("engine") ?? true,
    host: checkHost(checker.record("host") ?? {}, sink),
  };
}

function checkHost(given: Readonly<Record<string, unknown>>, sink: Sink): Record<string, Primitive> {
  const host: Record<string, Primitive> = {};
  for (const [path, value] of Object.entries(given)) {
    const name = `assume.host.${path}`;
    if (!/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/.test(path))
      wrong(sink, name, "the name of a global, or a path of fields from one, is expected");
    else if (!isHostValue(value)) wrong(sink, name, "a text, number, boolean, null or undefined is expected");
    else host[path] = value;
  }
  return host;
}

function isHostValue(value: unknown): value is Primitive {
  return value === null || ["string", "number", "boolean", "undefined"].includes(typeof value);
}

function checkContexts(given: Readonly<Record<string, unknown>>, sink: Sink): Record<string, ContextOptions> {
  const contexts: Record<string, ContextOptions> = {};
  for (const [name, value] of Object.entries(given)) {
    const prefix = `contexts.${name}`;
    if (!isRecord(value)) {
      wrong(sink, prefix, "an object with `entry` and `statics` is expected");
      continue;
    }
    const checker = new Checker(value, `${prefix}.`, sink);
    checker.checkNames(["entry", "statics", "setup", "roots"]);
    const [entry, setup, roots] = ["entry", "setup", "roots"].map((key) => checker.reference(key));
    const statics = value["statics"] ?? {};
    if (entry === undefined) checker.missing("entry");
    else if (!isRecord(statics) && !Array.isArray(statics))
      wrong(sink, `${prefix}.statics`, "an object or an array is expected");
    else if ((setup === undefined) !== (roots === undefined)) checker.missing(setup === undefined ? "setup" : "roots");
    else
      contexts[name] = { entry, statics, live: setup === undefined || roots === undefined ? null : { setup, roots } };
  }
  return contexts;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(sink: Sink, name: string, reason: string, hint = ""): void {
  sink.report(diagnose("SP1012", { name, reason, hint }, null));
}

class Checker {
  constructor(
    private readonly given: Readonly<Record<string, unknown>>,
    private readonly prefix: string,
    private readonly sink: Sink,
  ) {}

  checkNames(known: readonly string[]): void {
    for (const name of Object.keys(this.given)) {
      if (known.includes(name)) continue;
      wrong(this.sink, this.prefix + name, "there is no such option", didYouMean(name, known));
    }
  }

  text(name: string): string | undefined {
    return this.take(name, "a text is expected", (value): value is string => typeof value === "string");
  }
  /** `module#export` */
  reference(name: string): string | undefined {
    const isReference = (value: unknown): value is string => typeof value === "string" && /^[^#]+#[^#]+$/.test(value);
    return this.take(name, "`module#export` is expected", isReference);
  }
  missing(name: string): void {
    if (this.given[name] === undefined) wrong(this.sink, this.prefix + name, "`module#export` is expected");
  }
  flag(name: string): boolean | undefined {
    return this.take(name, "true or false is expected", (value): value is boolean => typeof value === "boolean");
  }
  count(name: string): number | undefined {
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
    return this.take(name, "a whole number above 0 is expected", isCount);
  }
  texts(name: string): readonly string[] | undefined {
    const areTexts = (value: unknown): value is string[] =>
      Array.isArray(value) && value.every((one) => typeof one === "string");
    return this.take(name, "an array of texts is expected", areTexts);
  }
  record(name: string): Readonly<Record<string, unknown>> | undefined {
    return this.take(name, "an object is expected", isRecord);
  }
  oneOf<const Values extends readonly string[]>(name: string, values: Values): Values[number] | undefined {
    const isOne = (value: unknown): value is Values[number] => values.includes(value as string);
    const near = didYouMean(String(this.given[name]), values);
    return this.take(name, `one of ${values.join(", ")} is expected`, isOne, near);
  }

  private take<T>(name: string, reason: string, fits: (value: unknown) => value is T, hint = ""): T | undefined {
    const value = this.given[name];
    if (value === undefined || fits(value)) return value as T | undefined;
    wrong(this.sink, this.prefix + name, reason, hint);
    return undefined;
  }
}
