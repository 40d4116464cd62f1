/**
 * Identifiers for what residual code refers to: bindings of the target file under their own names, exports of other
 * modules under the name the file imports them by, or by an import that is added.
 */
import type { ModuleGraph, ProgramModule } from "../modules/types.ts";
import { collectNames, FreshNames } from "../syntax/freshNames.ts";
import type { Reference } from "../specialize/world.ts";

export interface AddedImport {
  readonly source: string;
  /** "*": namespace */
  readonly imported: string;
  readonly local: string;
}

export class Names {
  readonly added: AddedImport[] = [];
  readonly fresh: FreshNames;
  private readonly given = new Map<string, string>();
  private readonly module: ProgramModule;

  constructor(
    private readonly graph: ModuleGraph,
    file: string,
    private readonly relative: (from: string, to: string) => string,
  ) {
    const module = graph.module(file);
    if (module === null) throw new Error(`no module ${file}`);
    this.module = module;
    this.fresh = new FreshNames(collectNames(module.ast));
  }

  /** The identifier for a binding of the program or of a module outside. */
  of(key: string, reference: Reference): string {
    let name = this.given.get(key);
    if (name === undefined) this.given.set(key, (name = this.make(reference)));
    return name;
  }

  private make(reference: Reference): string {
    switch (reference.kind) {
      case "binding":
        return reference.file === this.module.file ? reference.name : this.imported(reference.file, reference.name);
      case "external":
        return this.localFor(reference.module, reference.name) ?? this.add(reference.module, reference.name);
      case "namespace":
        return this.localFor(reference.file, "*") ?? this.add(this.sourceOf(reference.file), "*");
      case "function":
        return this.fresh.fresh(reference.name);
      case "data":
        return this.fresh.fresh(reference.data.kind === "regexp" ? "pattern" : "table");
      case "template":
        return this.fresh.fresh("strings");
      case "path":
        return this.fresh.fresh(reference.path[reference.path.length - 1] ?? "value");
    }
  }

  /** another module's binding: by the name it is imported under already, or by a new import */
  private imported(file: string, name: string): string {
    for (const [local] of this.module.imports) {
      const target = this.graph.resolveBinding(this.module.file, local);
      if (target?.kind === "local" && target.file === file && target.name === name) return local;
    }
    const exported = this.graph.exportsOf(file).find((n) => {
      const target = this.graph.resolveExport(file, n);
      return target?.kind === "local" && target.file === file && target.name === name;
    });
    return this.add(this.sourceOf(file), exported ?? name);
  }

  private localFor(module: string, name: string): string | null {
    for (const [local, info] of this.module.imports) if (info.module === module && info.name === name) return local;
    return null;
  }

  private sourceOf(file: string): string {
    return this.relative(this.module.file, file);
  }

  private add(source: string, imported: string): string {
    const local = this.fresh.fresh(imported === "*" || imported === "default" ? "imported" : imported);
    this.added.push({ source, imported, local });
    return local;
  }
}
