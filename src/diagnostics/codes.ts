/**
 * Every message of the product: one code, one text, one remedy. `{name}` is filled in by `diagnose`, whose type asks for
 * exactly the names that text and remedy contain. The first digit is the kind: 1 error, 2 bailout, 3 todo, 9 invariant.
 * Codes are never reused and never change their meaning; new ones go at the end of their group.
 */
export interface CodeText {
  readonly text: string;
  readonly remedy: string | null;
}

export const codes = {
  // ---- errors: declarations -------------------------------------------------------------------------------------
  SP1001: {
    text: "`{name}` of `{function}` is declared S, but its value is not known at build time here",
    remedy: "supply a constant for `{name}`, or declare it D",
  },
  SP1002: {
    text: "`{name}` of `{function}` is declared D, but a value is supplied for it",
    remedy: "leave `{name}` out of the static values, or declare it S",
  },
  SP1003: {
    text: "`{function}` has no parameter `{name}`{hint}",
    remedy: "name a parameter of `{function}`: {known}",
  },
  SP1004: {
    text: "`{type}` has no field `{name}`{hint}",
    remedy: "name a field of `{type}`: {known}",
  },
  SP1005: {
    text: "`{field}` is declared S, but `{function}` writes it here, and does not always end with the value that it had",
    remedy: "declare `{name}` D, or put its old value back on every path",
  },
  SP1006: {
    text: "this declaration fits no function: {reason}",
    remedy: "let the declaration have the parameters of the function that it speaks of",
  },
  SP1007: {
    text: "{what} `{name}` is not found in {file}{hint}",
    remedy: null,
  },
  SP1008: {
    text: "`{name}` is not a function",
    remedy:
      "specialize() takes a function that can be found at build time: a declaration, a const, or an import of one",
  },
  SP1009: {
    text: "the type `{name}` cannot be resolved, so it is unknown whether it means S or D",
    remedy: "import S and D from babel-plugin-specialize, directly or through type aliases and re-exports",
  },
  SP1010: { text: "{message}", remedy: null },
  SP1011: { text: "cannot find module `{specifier}` from {file}", remedy: null },
  SP1012: {
    text: "option `{name}`: {reason}{hint}",
    remedy: null,
  },
  SP1014: {
    text: "the static values of this site cannot be understood at build time: {reason}",
    remedy: "write an object of constants by parameter name, or an array by position",
  },

  // ---- bailouts: a right program, this part stays generic ---------------------------------------------------------
  SP2002: { text: "`{function}` stays generic: {reason}", remedy: null },
  SP2005: {
    text: "`{variable}` takes too many static values at this point (more than {limit}): it is dynamic from here on",
    remedy: "raise the limit, or bound the values of `{variable}`",
  },

  // ---- invariant: our bug ----------------------------------------------------------------------------------------
  SP9001: { text: "internal error: {message}", remedy: "please report this with the input that caused it" },
} as const satisfies Readonly<Record<`SP${1 | 2 | 3 | 9}${string}`, CodeText>>;

export type Code = keyof typeof codes;
