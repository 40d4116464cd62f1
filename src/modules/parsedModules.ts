/**
 * Syntax of the modules that this process has parsed lately, so that compiling the next file, or the same one again, does
 * not parse what both import. Found by name and text: a file that has changed is parsed again.
 *
 * Needs: nobody changes a syntax tree that came out of the module graph. Promises: the same as `parseProgramModule`, reports
 * included (a text that does not parse is never kept).
 */
import { LRUCache } from "lru-cache";
import type { Sink } from "../diagnostics/sink.ts";
import { parseProgramModule, type ParsedModule } from "./parseProgramModule.ts";

interface Known {
  readonly code: string;
  /** `"type"` of the package, where the kind of the module hung on it */
  readonly packageType: { readonly type: string | null } | null;
  readonly parsed: ParsedModule;
}

/** Characters of source that are kept: with graphs, scopes and what else hangs on them, each takes 100 to 200 bytes. */
const MOST_CHARACTERS = 2_000_000;

const recent = new LRUCache<string, Known>({
  maxSize: MOST_CHARACTERS,
  sizeCalculation: ({ code }) => code.length + 1,
});

export function parsedModule(
  code: string,
  file: string,
  sink: Sink,
  packageType: () => string | null,
): ParsedModule | null {
  const known = recent.get(file);
  if (known?.code === code && (known.packageType === null || known.packageType.type === packageType()))
    return known.parsed;
  let asked: Known["packageType"] = null;
  const parsed = parseProgramModule(code, file, sink, () => (asked ??= { type: packageType() }).type);
  if (parsed !== null) recent.set(file, { code, packageType: asked, parsed });
  return parsed;
}
