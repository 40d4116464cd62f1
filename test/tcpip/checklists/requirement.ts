/** One line of a checklist. */
export interface Requirement {
  readonly id: string;
  readonly what: string;
  /** How much the document wants it, where its id does not say so. */
  readonly level?: string;
  /** Why there is no test: not applicable here, or done otherwise, or not done. */
  readonly note?: string;
}
