/**
 * Reads the names of a function's parameters off its source text, as `Function.prototype.toString` gives it.
 *
 * Needs: any function; promises: one entry per parameter in order, or null where the text says nothing (built-in and
 * bound functions). A parameter that is a pattern has no name. Algorithm: skip to the parameter list (past `async`,
 * `function`, `*`, a name or a computed key), cut it at its outermost commas, minding strings, templates, regular
 * expressions and comments, and take the identifier at the head of each piece.
 *
 * Example: `function f(a, { b }, c = ")", ...d) {}` gives a, (pattern), c, ...d.
 */
export interface ParameterName {
  /** null: a pattern */
  readonly name: string | null;
  readonly rest: boolean;
}

export function parameterNames(fn: (...args: never[]) => unknown): readonly ParameterName[] | null {
  const text = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text) || /^class\b/.test(text)) return null;
  const scanner = new Scanner(text);
  const open = scanner.findParameters();
  if (open === "arrow") return [{ name: scanner.identifier(), rest: false }];
  return scanner.list().map(nameOf);
}

function nameOf(piece: string): ParameterName {
  const rest = piece.startsWith("...");
  const head = /^[\p{ID_Start}$_][\p{ID_Continue}$_\u200c\u200d]*/u.exec(rest ? piece.slice(3).trimStart() : piece);
  return { name: head === null ? null : head[0], rest };
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

class Scanner {
  private at = 0;
  /** the last character of code that was passed: tells a regular expression from a division */
  private previous = "";

  constructor(private readonly text: string) {}

  /** Stops after the `(` of the parameter list, or at the only parameter of an arrow function without one. */
  findParameters(): "list" | "arrow" {
    for (;;) {
      this.skipBlank();
      const char = this.text[this.at];
      if (char === "(") {
        this.at++;
        this.previous = "(";
        return "list";
      }
      if (char === "[") this.skipGroup();
      else if (char === "*") this.at++;
      else if (char === '"' || char === "'") this.skipString(char);
      else {
        const start = this.at;
        const word = this.identifier();
        if (this.startsArrow()) {
          this.at = start;
          return "arrow";
        }
        if (word === "") this.at++;
      }
    }
  }

  identifier(): string {
    const found = /[#\p{ID_Start}$_][\p{ID_Continue}$_\u200c\u200d]*|\d[\w.]*/uy;
    found.lastIndex = this.at;
    const match = found.exec(this.text)?.[0] ?? "";
    this.at += match.length;
    return match;
  }

  /** The pieces between the outermost commas up to the closing parenthesis, comments taken out. */
  list(): string[] {
    const pieces: string[] = [];
    let piece = "";
    for (;;) {
      const start = this.at;
      if (this.skipBlank()) continue;
      const char = this.text[this.at];
      if (char === undefined || char === ")" || char === ",") {
        if (piece !== "") pieces.push(piece);
        if (char !== ",") return pieces;
        piece = "";
        this.pass();
        continue;
      }
      this.skipToken(char);
      piece += this.text.slice(start, this.at);
    }
  }

  private startsArrow(): boolean {
    const here = this.at;
    this.skipBlank();
    const arrow = this.text.startsWith("=>", this.at);
    this.at = here;
    return arrow;
  }

  private pass(): void {
    this.previous = this.text[this.at] ?? "";
    this.at++;
  }

  private skipToken(char: string): void {
    if (char === '"' || char === "'") this.skipString(char);
    else if (char === "`") this.skipTemplate();
    else if (char in closing) this.skipGroup();
    else if (char === "/" && this.expectsOperand()) this.skipRegExp();
    else this.pass();
  }

  private skipGroup(): void {
    const close = closing[this.text[this.at] ?? ""];
    this.pass();
    while (this.at < this.text.length) {
      if (this.skipBlank()) continue;
      const char = this.text[this.at] ?? "";
      if (char === close) {
        this.pass();
        return;
      }
      this.skipToken(char);
    }
  }

  private skipString(quote: string): void {
    this.at++;
    while (this.at < this.text.length && this.text[this.at] !== quote) this.at += this.text[this.at] === "\\" ? 2 : 1;
    this.at++;
    this.previous = '"';
  }

  private skipTemplate(): void {
    this.at++;
    while (this.at < this.text.length && this.text[this.at] !== "`") {
      if (this.text.startsWith("${", this.at)) {
        this.at++;
        this.skipGroup();
      } else this.at += this.text[this.at] === "\\" ? 2 : 1;
    }
    this.at++;
    this.previous = '"';
  }

  private skipRegExp(): void {
    let inClass = false;
    for (this.at++; this.at < this.text.length; this.at++) {
      const char = this.text[this.at];
      if (char === "\\") this.at++;
      else if (char === "[") inClass = true;
      else if (char === "]") inClass = false;
      else if (char === "/" && !inClass) break;
    }
    this.at++;
    this.previous = '"';
  }

  private expectsOperand(): boolean {
    return this.previous === "" || "(,=:[!&|?{};+-*%<>~^/".includes(this.previous);
  }

  /** Past white space and comments; false when there is none. */
  private skipBlank(): boolean {
    const blank = /(?:\s|\/\*[^]*?\*\/|\/\/[^\n\r\u2028\u2029]*)+/y;
    blank.lastIndex = this.at;
    const length = blank.exec(this.text)?.[0].length ?? 0;
    this.at += length;
    return length > 0;
  }
}
