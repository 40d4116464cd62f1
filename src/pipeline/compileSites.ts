/** One file through the real stages; what the plugin and the command line call. */
import { lowerModule } from "../lower/lowerModule.ts";
import { compileFile } from "./compileFile.ts";
import type { CompiledFile, CompileRequest } from "./compileTypes.ts";
import { specializeSites } from "./specializeSites.ts";

export function compileSites(request: CompileRequest): CompiledFile {
  return compileFile(request, {
    lower: lowerModule,
    specialize: specializeSites,
    restructure: () => {
      throw new Error("src/restructure is not there yet");
    },
  });
}
