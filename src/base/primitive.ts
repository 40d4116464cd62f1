/** The primitive values that can be known at build time. Symbols have an identity and so are not among them. */
export type Primitive = undefined | null | boolean | number | string | bigint;
