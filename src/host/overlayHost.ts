import type { Host } from "../modules/types.ts";

/** A host on which some files have another text: what an editor or an earlier transform has of them. */
export function overlayHost(host: Host, texts: ReadonlyMap<string, string>): Host {
  return {
    resolve: (specifier, fromFile, by) => host.resolve(specifier, fromFile, by),
    readFile: (file) => texts.get(file) ?? host.readFile(file),
  };
}
