import { compileSites } from "../pipeline/compileSites.ts";
import { roundTripFile } from "../pipeline/roundTripFile.ts";
import { createPlugin } from "./plugin.ts";

/** The plugin with the real stages. */
export const specializePlugin: ReturnType<typeof createPlugin> = createPlugin({
  compileSites,
  roundTrip: roundTripFile,
});
