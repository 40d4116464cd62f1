/** Programs are sequences of choices, so that shorter sequences are simpler programs. */
import fc from "fast-check";

export const choices: fc.Arbitrary<number[]> = fc.noBias(
  fc.array(fc.nat(0xffff), { minLength: 150, maxLength: 450, size: "max" }),
);
