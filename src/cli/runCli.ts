/** Arguments to command to exit code: 0 done, 1 diagnostics, 2 usage. The engine is loaded by the command that needs it. */
import { Command, CommanderError } from "commander";
import { InvariantViolation } from "../base/invariant.ts";
import type { BuildOptions } from "./build.ts";
import type { ExplainOptions } from "./explain.ts";
import { exitCodes, UsageError, type ExitCode, type Io } from "./io.ts";
import type { StatsOptions } from "./stats.ts";

export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  const program = new Command("specialize")
    .description("residual code for what is known at build time")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  program
    .command("build [contexts...]")
    .description("write the residual modules of the contexts in the options")
    .option("-c, --config <file>", "options; specialize.config.js or package.json when not given")
    .option("-o, --out <folder>", "where the modules go", ".specialize")
    .option("--json", "say what was done as JSON")
    .option("--check-assumptions", "let the residuals look at each call whether what they assume holds")
    .action(async (names: string[], options: BuildOptions) => {
      const { build } = await import("./build.ts");
      code = await build(io, names, options);
    });
  program
    .command("explain <file>")
    .description("show what is static and what is dynamic in a file, or in FILE#function")
    .option("-c, --config <file>", "options")
    .option("--why <line:column>", "the chain of causes of what is dynamic there")
    .option("--json", "as JSON")
    .action(async (file: string, options: ExplainOptions) => {
      const { explain } = await import("./explain.ts");
      code = await explain(io, file, options);
    });
  program
    .command("stats [contexts...]")
    .description("sizes, times and counts of the contexts in the options")
    .option("-c, --config <file>", "options")
    .option("--json", "as JSON")
    .action(async (names: string[], options: StatsOptions) => {
      const { stats } = await import("./stats.ts");
      code = await stats(io, names, options);
    });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return answer(error, io);
  }
}

function answer(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof UsageError) {
    io.err(`specialize: ${error.message}\n`);
    return exitCodes.usage;
  }
  if (error instanceof InvariantViolation) {
    io.err(`specialize: internal error: ${error.message}\n`);
    return exitCodes.diagnostics;
  }
  throw error;
}
