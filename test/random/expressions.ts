/** Random expressions by type. They end, whatever the values are: functions call only functions made before them. */
import type { Choices } from "./choices.ts";
import { numbersOf } from "./numberExpressions.ts";
import { arraysOf, functionsOf, iteratorsOf, mapsOf, objectsOf, setsOf, typedOf } from "./objectExpressions.ts";
import type { Scope, Type, Variable } from "./scope.ts";
import { withVariables } from "./scope.ts";
import { booleansOf, textsOf } from "./textExpressions.ts";

const NUMBERS = "0,1,2,3,-1,-0,NaN,0.5,7,255,2147483647,-2147483648,1e21,Infinity,4294967295,undefined,null".split(",");
const TEXTS = ['""', '"a"', '"b"', '"abc"', '"7"', '"x,y"', '"A b"', '"__proto__"', '"length"', '"0"'];

export type Make = () => string;

export class Expressions {
  private names = 0;
  constructor(readonly choices: Choices) {}

  fresh(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  /** Whatever is made can stand in front of `.x` and behind an operator. */
  of(type: Type, scope: Scope, depth = 3): string {
    const simple: Make = () => (this.choices.oneIn(4) ? null : this.variable(type, scope)) ?? this.literal(type, scope);
    if (depth <= 0 || this.choices.left === 0) return simple();
    const all: Make[] = [simple, simple, simple, simple, ...this.composed(type, scope, depth - 1)];
    return (all[this.choices.below(all.length)] as Make)();
  }

  variable(type: Type, scope: Scope, onlyMutable = false): string | null {
    const fitting = scope.variables.filter((one) => one.type === type && (!onlyMutable || one.mutable));
    return fitting.length === 0 ? null : this.choices.of(...fitting).name;
  }

  private literal(type: Type, scope: Scope): string {
    const { choices } = this;
    switch (type) {
      case "num": {
        const number = choices.of(...NUMBERS);
        return number.startsWith("-") ? `(${number})` : number;
      }
      case "str":
        return choices.of(...TEXTS);
      case "bool":
        return choices.of("true", "false");
      case "arr":
        return choices.of("[]", "[1, 2, 3]", "[0, -0, NaN]", "[5]", "[4, , 6]", "[undefined, 2]");
      case "constArr":
        return choices.of("[77, 2, 3]", "[77]", "[77, -0, NaN]");
      case "obj":
        return choices.of(
          "({ a: 1, b: 2, n: null })",
          '({ a: 3, n: null, s: "q" })',
          "({ b: -0, a: 0, n: { a: 9, n: null } })",
        );
      case "constObj":
      case "data":
        return choices.of("({ fixed: 1, a: 1, b: 2, n: null })", '({ fixed: 1, a: 3, n: null, s: "q" })');
      case "map":
        return 'new Map([["a", 1], ["b", 2]])';
      case "set":
        return "new Set([1, 2])";
      case "typed":
        return choices.of("new Uint8Array([1, 255, 3])", "new Int16Array(3)", "new Float64Array([0.5, -0])");
      case "iter":
        return choices.of("[1, 2].values()", "new Set([3]).values()", '"ab"');
      case "fn":
        return choices.of("((x) => x + 1)", "((x) => -x)", "(function (x) { return x | 0; })");
      case "host":
      case "proxy":
        return (
          this.variable(type, scope) ??
          (type === "host" ? "((...all) => all.length)" : "({ a: 1, b: 2, n: null, s: '' })")
        );
    }
  }

  /** an object to read from, of any kind */
  object(scope: Scope, depth: number): string {
    return this.of(this.choices.of<Type>("obj", "obj", "obj", "constObj", "proxy", "data"), scope, depth);
  }

  lambda(scope: Scope, depth: number, params = 1): string {
    const names = Array.from({ length: params }, () => this.fresh("x"));
    const inner = withVariables(scope, ...names.map((name): Variable => ({ name, type: "num", mutable: false })));
    return `((${names.join(", ")}) => ${this.of("num", inner, depth)})`;
  }

  call(scope: Scope, depth: number): string | null {
    if (scope.functions.length === 0 || scope.loops > 2) return null;
    const { name, params } = this.choices.of(...scope.functions);
    const args = params.map((type) => this.of(type, scope, depth));
    if (this.choices.oneIn(12)) args.pop();
    return this.choices.oneIn(12) ? `${name}(...[${args.join(", ")}])` : `${name}(${args.join(", ")})`;
  }

  private composed(type: Type, scope: Scope, depth: number): Make[] {
    switch (type) {
      case "num":
        return numbersOf(this, scope, depth);
      case "str":
        return textsOf(this, scope, depth);
      case "bool":
        return booleansOf(this, scope, depth);
      case "arr":
        return arraysOf(this, scope, depth);
      case "obj":
        return objectsOf(this, scope, depth);
      case "fn":
        return functionsOf(this, scope, depth);
      case "map":
        return mapsOf(this, scope, depth);
      case "set":
        return setsOf(this, scope, depth);
      case "typed":
        return typedOf(this, scope, depth);
      case "iter":
        return iteratorsOf(this, scope, depth);
      default:
        return [];
    }
  }
}
