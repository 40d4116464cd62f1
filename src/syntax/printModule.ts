import { generate, type GeneratorResult, type t } from "./babel.ts";

export interface PrintOptions {
  readonly comments?: boolean;
  readonly minified?: boolean;
  /** With it a source map is made; texts by file name, as they stand in the `loc.filename` of the nodes. */
  readonly sources?: ReadonlyMap<string, string>;
  /** Name of the printed file in its source map. */
  readonly filename?: string;
}

export interface Printed {
  readonly code: string;
  readonly map: GeneratorResult["map"];
}

/** Syntax tree to text. Prints what the tree says, not what the source looked like: the same tree gives the same text. */
export function printModule(node: t.Node, options: PrintOptions = {}): Printed {
  const { comments = true, minified = false, sources, filename } = options;
  const wantsMap = sources !== undefined;
  const result = generate(
    node,
    {
      comments,
      minified,
      jsescOption: { minimal: true },
      ...(wantsMap ? { sourceMaps: true } : {}),
      ...(filename === undefined ? {} : { sourceFileName: filename }),
    },
    wantsMap ? Object.fromEntries(sources) : undefined,
  );
  return { code: result.code, map: result.map };
}

/** The text alone. */
export function printCode(node: t.Node, options: PrintOptions = {}): string {
  return printModule(node, options).code;
}
