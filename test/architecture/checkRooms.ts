import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { readImports, type ImportOf } from "./readImports.ts";
import type { Room } from "./rooms.ts";

export interface SourceTree {
  readonly root: string;
  readonly files: ReadonlyMap<string, readonly ImportOf[]>;
}

/** Every TypeScript file below `root`, with its imports; sorted, so that messages are stable. */
export function readTree(root: string): SourceTree {
  const names = existsSync(root) ? readdirSync(root, { recursive: true, encoding: "utf8" }) : [];
  const files = names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(root, name))
    .sort();
  return { root, files: new Map(files.map((file) => [file, readImports(file)])) };
}

export function roomOf(root: string, file: string): string {
  const [first, ...rest] = path.relative(root, file).split(path.sep);
  return rest.length === 0 ? "." : first!;
}

/** A line for every import that the table does not allow, and for every file in a room that the table does not know. */
export function checkRooms({ root, files }: SourceTree, rooms: readonly Room[]): string[] {
  const table = new Map(rooms.map((room) => [room.name, room]));
  const faults: string[] = [];
  for (const [file, imports] of files) {
    const room = table.get(roomOf(root, file));
    if (!room) {
      faults.push(`${path.relative(root, file)}: the table knows no room "${roomOf(root, file)}"`);
      continue;
    }
    for (const found of imports) {
      const fault = faultOf(found, room, root, path.basename(file).endsWith(".spec.ts"));
      if (fault) faults.push(`${path.relative(root, file)}:${found.line}: ${fault}`);
    }
  }
  return faults;
}

function faultOf({ specifier, target, typeOnly }: ImportOf, room: Room, root: string, isSpec: boolean): string | null {
  if (target === null) {
    // Declarations aside speak of the package by its name.
    if (isSpec && typeOnly && specifier === "babel-plugin-specialize") return null;
    const allowed = typeOnly ? [...(room.packages ?? []), ...(room.packageTypes ?? [])] : (room.packages ?? []);
    if (allowed.includes(specifier) || (specifier.startsWith("node:") && allowed.includes("node:*"))) return null;
    return `room ${room.name} must not import ${specifier}`;
  }
  if (!existsSync(target)) return `${specifier} does not exist`;
  const relative = path.relative(root, target);
  if (relative.startsWith("..")) return `${specifier} lies outside of the tree`;
  const other = roomOf(root, target);
  if (other === room.name || room.imports.includes(other)) return null;
  // Declarations aside name the types of what they speak of and nothing at run time.
  if (typeOnly && (isSpec || room.types?.includes(other))) return null;
  return `room ${room.name} must not import ${typeOnly ? "types of" : "from"} ${other} (${specifier})`;
}

/** The knots: groups of files that import each other, types included. Tarjan's algorithm, without recursion in the way. */
export function findCycles({ root, files }: SourceTree): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const knots: string[][] = [];

  const visit = (file: string): void => {
    const index = order.size;
    order.set(file, index);
    low.set(file, index);
    stack.push(file);
    onStack.add(file);
    for (const { target } of files.get(file) ?? []) {
      if (target === null || !files.has(target)) continue;
      if (!order.has(target)) {
        visit(target);
        low.set(file, Math.min(low.get(file)!, low.get(target)!));
      } else if (onStack.has(target)) low.set(file, Math.min(low.get(file)!, order.get(target)!));
    }
    if (low.get(file) !== index) return;
    const knot = stack.splice(stack.indexOf(file));
    for (const member of knot) onStack.delete(member);
    const alone = !(files.get(file) ?? []).some(({ target }) => target === file);
    if (knot.length > 1 || !alone) knots.push(knot.map((member) => path.relative(root, member)).sort());
  };
  for (const file of files.keys()) if (!order.has(file)) visit(file);
  return knots;
}
