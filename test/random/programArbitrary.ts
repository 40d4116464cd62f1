/** Programs as fast-check sees them: sequences of choices, so that shorter sequences are simpler programs. */
import fc from "fast-check";
import { randomProgram } from "./randomProgram.ts";
import type { Program } from "./runProgram.ts";

export const choices: fc.Arbitrary<number[]> = fc.noBias(
  fc.array(fc.nat(0xffff), { minLength: 60, maxLength: 500, size: "max" }),
);

export const programs: fc.Arbitrary<Program> = choices.map(randomProgram);
