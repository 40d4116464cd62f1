import { compileSites } from "../pipeline/compileSites.ts";
import { createPlugin } from "./plugin.ts";

/** The plugin with the real stages. */
export const specializePlugin: ReturnType<typeof createPlugin> = createPlugin({
  compileSites,
  roundTrip: () => {
    throw new Error("option `roundTrip` is not there yet: it waits for src/pipeline/roundTripModule.ts");
  },
});
