/** Random programs that end: statements over a few variables, closures, loops with budgets, jumps, exceptions. */
export function randomProgram(seed: number): string {
  return new Generator(seed).program();
}

class Generator {
  private state: number;
  private names = 0;
  private depth = 0;

  constructor(seed: number) {
    this.state = seed * 2654435761 + 12345;
  }

  program(): string {
    const body = this.block(["v0", "v1"], { loop: false, labels: [], fn: true }, 6);
    return `let fuel = 60; const burn = () => { if (fuel-- <= 0) throw new Error("!fuel"); return true; }; let v0 = 1; let v1 = 2;\n${body}\nreturn [v0, v1];`;
  }

  private pick(n: number): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 2246822519) + 3266489917) | 0;
    return ((this.state ^ (this.state >>> 13)) >>> 0) % n;
  }

  private one<T>(items: readonly T[]): T {
    return items[this.pick(items.length)]!;
  }

  private block(scope: readonly string[], ctx: Where, size: number): string {
    const names = [...scope];
    const lines: string[] = [];
    const count = 1 + this.pick(size);
    for (let i = 0; i < count; i++) lines.push(this.statement(names, ctx));
    return lines.join("\n");
  }

  private fresh(): string {
    return `v${2 + this.names++}`;
  }

  private statement(names: string[], ctx: Where): string {
    this.depth++;
    const leaf = this.depth > 5;
    const kind = this.pick(leaf ? 6 : 18);
    const made = this.statementOf(kind, names, ctx);
    this.depth--;
    return made;
  }

  private statementOf(kind: number, names: string[], ctx: Where): string {
    const inner = (c: Where = ctx): string => `{\n${this.block(names, c, 3)}\n}`;
    switch (kind) {
      case 0:
        return `log(${this.expression(names)});`;
      case 1:
      case 2:
        return `${this.one(names)} ${this.one(["=", "+=", "-=", "??=", "||=", "&&="])} ${this.expression(names)};`;
      case 3: {
        const init = this.expression(names);
        const name = this.fresh();
        names.push(name);
        return `${this.one(["let", "var"])} ${name} = ${init};`;
      }
      case 4: {
        const jumps = [
          ...(ctx.loop ? ["break;", "continue;"] : []),
          ...ctx.labels.map((l) => `break ${l};`),
          "return log('early');",
          "throw new Error('!t');",
        ];
        return `if (${this.expression(names)} === ${this.pick(4)}) ${this.one(jumps)}`;
      }
      case 5:
        return `${this.one(names)}${this.one(["++", "--"])};`;
      case 6:
      case 7:
        return `if (${this.condition(names)}) ${inner()}${this.pick(2) ? ` else ${inner()}` : ""}`;
      case 8: {
        const name = this.fresh();
        const body = this.inside([...names, name], { ...ctx, loop: true });
        return `for (let ${name} = 0; ${name} < ${1 + this.pick(3)} && burn(); ${name}++) {\n${body}\n}`;
      }
      case 9: {
        const name = this.fresh();
        const body = this.inside([...names, name], { ...ctx, loop: true });
        return `for (${this.one(["let", "var"])} ${name} of [${this.expression(names)}, 2, 3]) {\n${body}\n}`;
      }
      case 10:
        return `while (burn() && ${this.condition(names)}) ${inner({ ...ctx, loop: true })}`;
      case 11: {
        const label = `l${this.names++}`;
        return `${label}: ${inner({ ...ctx, labels: [...ctx.labels, label] })}`;
      }
      case 12:
        return `try ${inner()} catch (e) { log(e); ${this.statement(names, ctx)} }`;
      case 13:
        return `try ${inner()} finally ${inner()}`;
      case 14: {
        const name = this.fresh();
        const params = [this.fresh(), this.fresh()];
        const body = this.inside([...names, ...params], { loop: false, labels: [], fn: true });
        const call = `log(${name}(${this.expression(names)}));`;
        return this.pick(2)
          ? `const ${name} = (${params[0]}, ${params[1]} = ${this.expression(names)}) => { burn();\n${body}\n};\n${call}`
          : `${this.pick(2) ? call : ""}function ${name}(${params.join(", ")}) { burn();\n${body}\n}\n${call}`;
      }
      case 15:
        return `switch (${this.expression(names)}) { case 1: ${this.statement(names, { ...ctx })} case ${this.pick(2) ? 2 : this.expression(names)}: ${this.statement([...names], ctx)} ${this.pick(2) ? "break;" : ""} default: ${this.statement([...names], ctx)} }`;
      case 16: {
        const a = this.one(names);
        const b = this.one(names);
        return this.one([
          `[${a}, ${b}] = [${b}, ${this.expression(names)}];`,
          `({ ${a} = ${this.expression(names)}, x: ${b} } = { x: ${this.expression(names)} });`,
          `[${a} = ${this.expression(names)}] = [${this.one(["undefined", "7"])}];`,
        ]);
      }
      default: {
        const name = this.fresh();
        names.push(name);
        return `const ${name} = [1, 2].map((m) => ${this.expression([...names.slice(0, -1), "m"])}).length;`;
      }
    }
  }

  private inside(names: readonly string[], ctx: Where): string {
    return this.block(names, ctx, 3);
  }

  private condition(names: readonly string[]): string {
    return this.one([
      `${this.expression(names)} ${this.one(["<", "===", "!="])} ${this.pick(5)}`,
      `!${this.one(names)}`,
      `${this.one(names)} && ${this.expression(names)}`,
      `(${this.one(names)} || ${this.one(names)} > 2)`,
    ]);
  }

  private expression(names: readonly string[]): string {
    if (++this.depth > 8) {
      this.depth--;
      return String(this.pick(5));
    }
    const e = (): string => this.expression(names);
    const n = this.one(names);
    const made = (() => {
      switch (this.pick(15)) {
        case 0:
        case 1:
          return n;
        case 2:
          return String(this.pick(5));
        case 3:
          return `(${e()} + ${e()})`;
        case 4:
          return `(${n} = ${e()})`;
        case 5:
          return `${n}${this.one(["++", "--"])}`;
        case 6:
          return `(${e()} ${this.one(["&&", "||", "??"])} ${e()})`;
        case 7:
          return `(${e()} ? ${e()} : ${e()})`;
        case 8:
          return `(() => ${e()})()`;
        case 9:
          return `(() => { ${n} = ${e()}; return ${this.one(names)}; })()`;
        case 10:
          return `[${e()}, ${e()}][${this.pick(2)}]`;
        case 11:
          return `({ a: ${e()}, b: ${e()} }).${this.one(["a", "b"])}`;
        case 12:
          return `log(${e()})`;
        case 13:
          return `(${n} ${this.one(["+=", "-=", "??="])} ${e()})`;
        default:
          return `[${e()}]?.[0]`;
      }
    })();
    this.depth--;
    return made;
  }
}

interface Where {
  readonly loop: boolean;
  readonly labels: readonly string[];
  readonly fn: boolean;
}
