/**
 * Sites that stay generic are calls of their function as it is: what that may write of objects that the modules have made is
 * dynamic in the residuals of the file, as what residual code writes is. Otherwise it would hang on why a site stays generic, and
 * on how far its specialization got, what the others see.
 *
 *   const f = specialize(staysGeneric, []);   // writes table.n
 *   const g = specialize(reads, []);          // table.n is read at run time
 *
 * Needs: the sites, and which of them have a residual. Promises: writes are filed with the session; see `noteCodeThatStays`.
 */
import type { Session, Site } from "../specialize/session.ts";
import { noteCodeThatStays } from "../specialize/stays/codeThatStays.ts";

export function noteSitesThatStay(
  session: Session,
  sites: readonly Site[],
  done: readonly { id: number | null }[],
): void {
  for (const [n, { fn, statics }] of sites.entries())
    if (done[n]?.id === null && fn.kind === "object")
      noteCodeThatStays(session, session.world.store(), fn.address, [statics]);
}
