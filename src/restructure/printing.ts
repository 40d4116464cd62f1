/** What the printers of expressions, statements, functions and classes hand to each other. */
import type { t } from "../syntax/babel.ts";
import type { FunctionId, IrFunction, IrModule, Slot } from "../ir/types.ts";
import type { MadeFunction } from "./closuresIn.ts";
import type { Declarations } from "./placeDeclarations.ts";
import type { SlotFacts } from "./slotFacts.ts";
import type { Label, List, Tree } from "./tree.ts";

/** What a slot is called; made anew for each use. */
export type Reference = () => t.Expression;

export interface PrintContext {
  readonly module: IrModule;
  readonly fn: IrFunction;
  readonly facts: SlotFacts;
  readonly declarations: Declarations;
  reference(slot: Slot): t.Expression;
  /** slots whose value stands somewhere else just now: bases of optional chains */
  readonly holes: Map<Slot, t.Expression>;
  labelName(label: Label): string;
  /** a name that nothing in the function has */
  freshName(hint: string): string;
  expression(tree: Tree): t.Expression;
  /** `name`: what the place gives an anonymous function as its name; null: nothing */
  named(tree: Tree, name: string | null): t.Expression;
  statements(list: List): t.Statement[];
  /** parameters and body of a function made here */
  functionParts(made: MadeFunction, inClass?: boolean): FunctionParts;
  classExpression(step: Tree & { kind: "operation" }, name: string | null): t.ClassExpression;
}

export interface FunctionParts {
  readonly id: FunctionId;
  readonly params: (t.Identifier | t.AssignmentPattern | t.RestElement)[];
  readonly body: t.BlockStatement;
  /** syntax that stays as it is, with captured names replaced */
  readonly opaque: t.Node | null;
}
