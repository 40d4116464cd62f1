import { specialize } from "babel-plugin-specialize";
import { validate } from "@cfworker/json-schema";
const check = (schema, lookup, instance) => validate(instance, schema, "7", lookup);
const schema = { "items": [{  }], "additionalItems": { "type": "integer" } };
Object.defineProperty(schema, "__absolute_uri__", { enumerable: false, value: "https://github.com/cfworker" });
Object.defineProperty(schema["items"]["0"], "__absolute_uri__", { enumerable: false, value: "https://github.com/cfworker#/items/0" });
Object.defineProperty(schema["additionalItems"], "__absolute_uri__", { enumerable: false, value: "https://github.com/cfworker#/additionalItems" });
const lookup = { __proto__: null, "https://github.com/cfworker": schema, "https://github.com/cfworker#/items/0": schema["items"]["0"], "https://github.com/cfworker#/additionalItems": schema["additionalItems"] };
export const s0 = specialize(check, { schema, lookup });
