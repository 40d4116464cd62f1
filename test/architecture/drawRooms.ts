import type { Room } from "./rooms.ts";

/**
 * The table as a diagram and as rows, for docs/ARCHITECTURE.md. An arrow leads from a room to one whose code it uses; an
 * arrow that a longer way implies is left out, and arrows for types alone are dotted.
 */
export function drawRooms(rooms: readonly Room[]): string {
  const lines = ["```mermaid", "flowchart BT"];
  for (const { name } of rooms) lines.push(`  ${idOf(name)}["${labelOf(name)}"]`);
  for (const room of rooms) {
    for (const other of direct(room, rooms)) lines.push(`  ${idOf(room.name)} --> ${idOf(other)}`);
    for (const other of room.types ?? []) lines.push(`  ${idOf(room.name)} -.-> ${idOf(other)}`);
  }
  lines.push("```", "", "| room | what is in it | uses | only types of | packages |", "|---|---|---|---|---|");
  for (const room of rooms) {
    const packages = [...(room.packages ?? []), ...(room.packageTypes ?? []).map((name) => `${name} (types)`)];
    const cells = [labelOf(room.name), room.purpose, list(room.imports), list(room.types ?? []), list(packages)];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "-" : names.map(labelOf).join(", ");
}

function labelOf(name: string): string {
  return name === "." ? "(root)" : name;
}

function idOf(name: string): string {
  return name === "." ? "root_files" : `room_${name}`;
}

function direct(room: Room, rooms: readonly Room[]): string[] {
  const reach = (name: string): Set<string> => {
    const found = new Set<string>();
    const pending = [...(rooms.find((other) => other.name === name)?.imports ?? [])];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      pending.push(...(rooms.find((other) => other.name === next)?.imports ?? []));
    }
    return found;
  };
  const implied = new Set(room.imports.flatMap((other) => [...reach(other)]));
  return room.imports.filter((other) => !implied.has(other));
}
