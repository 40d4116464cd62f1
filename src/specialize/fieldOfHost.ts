/** Fields of globals of the host (`process.env.NODE_ENV`): the path to one, and what the option `assume.host` says is there. */
import type { Run } from "./run.ts";
import type { ConstValue, DynamicValue } from "./values.ts";

export function fieldOfHost(
  run: Run,
  object: DynamicValue,
  name: string | null,
): { readonly path: string | null; readonly value: ConstValue | null } {
  const { host } = run.info(object.temp);
  const path = host === null || name === null ? null : `${host}.${name}`;
  return { path, value: path === null ? null : run.session.hostValue(path) };
}
