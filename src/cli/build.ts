/** `specialize build [context...]`: residual modules of the contexts in the options. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../diagnostics/didYouMean.ts";
import { compileContext, type CompiledContext } from "../pipeline/compileContext.ts";
import { compileSites } from "../pipeline/compileSites.ts";
import { exitCodes, UsageError, type ExitCode, type Io } from "./io.ts";
import { printDiagnostics, readSetting, type Setting } from "./setting.ts";

export interface BuildOptions {
  readonly config?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly checkAssumptions?: boolean;
}

export interface TimedContext extends CompiledContext {
  readonly milliseconds: number;
}

export async function build(io: Io, names: readonly string[], given: BuildOptions): Promise<ExitCode> {
  const read = await readSetting(io, given.config);
  if (read.diagnostics.length > 0) return fail(io, read);
  const checkAssumptions = given.checkAssumptions ?? read.options.checkAssumptions;
  const setting = { ...read, options: { ...read.options, checkAssumptions } };
  const compiled = compileContexts(io, setting, names, given.out);
  const isWrong = printDiagnostics(
    io,
    compiled.flatMap(({ diagnostics }) => diagnostics),
    allSources(compiled),
  );
  for (const { file, printed } of compiled) {
    if (printed === null) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${printed.code}\n//# sourceMappingURL=${path.basename(file)}.map\n`);
    writeFileSync(`${file}.map`, JSON.stringify(printed.map));
    if (given.json !== true) io.out(`${path.relative(io.cwd, file)}\n`);
  }
  if (given.json === true)
    io.out(`${JSON.stringify({ contexts: compiled.map((one) => summary(io, one)) }, null, 2)}\n`);
  return isWrong || compiled.some(({ printed }) => printed === null) ? exitCodes.diagnostics : exitCodes.done;
}

function fail(io: Io, setting: Setting): ExitCode {
  printDiagnostics(io, setting.diagnostics, new Map());
  return exitCodes.diagnostics;
}

/** The contexts of these names, or all. */
export function compileContexts(io: Io, setting: Setting, names: readonly string[], out: string): TimedContext[] {
  const { options, root, host, declarationFiles } = setting;
  const known = Object.keys(options.contexts);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no context ${unknown}${didYouMean(unknown, known)}`);
  if (known.length === 0)
    throw new UsageError("the options name no contexts: write them under `contexts` in specialize.config.js");
  return known
    .filter((name) => names.length === 0 || names.includes(name))
    .map((name) => {
      const context = options.contexts[name];
      if (context === undefined) throw new UsageError(`there is no context ${name}`);
      const file = path.resolve(io.cwd, out, `${name}.js`);
      const begin = performance.now();
      const compiled = compileContext({ name, context, root, file, host, options, declarationFiles }, compileSites);
      return { ...compiled, milliseconds: performance.now() - begin };
    });
}

export function allSources(compiled: readonly CompiledContext[]): ReadonlyMap<string, string> {
  return new Map(compiled.flatMap(({ sources }) => [...sources]));
}

function summary(io: Io, { name, file, printed, diagnostics, dependencies, milliseconds }: TimedContext): object {
  const written = printed === null ? null : path.relative(io.cwd, file);
  return { name, file: written, bytes: printed?.code.length ?? null, milliseconds, dependencies, diagnostics };
}
