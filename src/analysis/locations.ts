/** Abstract locations by name: one number per name, in the order of first use. */
import type { Location } from "./value.ts";

/** Made at the top level of a module: one object for the whole run of the program. */
export const GLOBAL_MARK = "g!";
/** A standard built-in. */
export const BUILTIN_MARK = "b!";

export class Locations {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, Location>();

  intern(name: string): Location {
    const found = this.#numbers.get(name);
    if (found !== undefined) return found;
    const made = this.#names.length;
    this.#names.push(name);
    this.#numbers.set(name, made);
    return made;
  }

  nameOf(location: Location): string {
    return this.#names[location] ?? "?";
  }

  isGlobal(location: Location): boolean {
    return this.nameOf(location).startsWith(GLOBAL_MARK);
  }

  builtinOf(location: Location): string | null {
    const name = this.nameOf(location);
    return name.startsWith(BUILTIN_MARK) ? name.slice(BUILTIN_MARK.length) : null;
  }

  builtin(name: string): Location {
    return this.intern(BUILTIN_MARK + name);
  }
}
