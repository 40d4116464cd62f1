/** A path that swallows long packets without a word (RFC 2923, 2.1; RFC 4821, 7.7). */
import * as flag from "../../fixtures/tcpip/stack/flags.ts";
import { active, send, type Opened, type OpenOptions } from "./script/tcpScript.ts";

/** A connection that has just sent so much. */
function flying(length: number, options: OpenOptions = {}): Opened {
  const opened = active({ syn: "win 65535 mss 1460", ...options });
  opened.tp.nonagle = 1;
  send(opened, 1, length);
  opened.script.sent.length = 0;
  return opened;
}

/** The next retransmission: when, from where on, how much. */
function next({ script, tp }: Opened, begin: number): [number, number, number] {
  while (script.sent.length === 0) script.advance(1);
  const { at, segment } = script.take();
  return [at - begin, (segment.seq - tp.iss) | 0, segment.payload.length];
}

it("after three timeouts of a full segment the path is tried with less, and then with less again", () => {
  const opened = flying(2920);
  const begin = opened.script.now;
  expect(Array.from({ length: 5 }, () => next(opened, begin))).toEqual([
    [200, 1, 1460],
    [600, 1, 1460],
    [1400, 1, 984],
    [3000, 1, 512],
    [6200, 1, 512],
  ]);
});

it("what gets through is what is sent from then on, and every byte arrives", () => {
  const opened = flying(2920);
  const { script, tp } = opened;
  script.advance(1500);
  script.sent.length = 0;
  // 1 to 985 has come.
  let seq = 985;
  script.run(`in . 1 ack ${seq}`);
  let written = 2920;
  for (let round = 0; round < 40 && seq < 6921; round += 1) {
    if (written < 6920) written += send(opened, written + 1, Math.min(1000, 6920 - written));
    for (const { segment } of script.sent.splice(0)) {
      const at = (segment.seq - tp.iss) | 0;
      expect(segment.payload.length).toBeLessThanOrEqual(984);
      if (at <= seq) seq = Math.max(seq, at + segment.payload.length);
    }
    script.run(`in . 1 ack ${seq}`);
    script.advance(300);
  }
  expect(seq).toBe(6921);
  expect(tp.mssCache).toBe(984);
});

it("what was short already is not made shorter: it is lost for another reason", () => {
  const opened = flying(500);
  const begin = opened.script.now;
  for (let nth = 0; nth < 6; nth += 1) expect(next(opened, begin).slice(1)).toEqual([1, 500]);
  expect(opened.tp.mssCache).toBe(1460);
});

it("two timeouts are no reason yet, and an answer begins the count anew", () => {
  const opened = flying(2920);
  opened.script.advance(700);
  opened.script.sent.length = 0;
  opened.script.run(`in . 1 ack 1461`);
  opened.script.advance(700);
  expect(opened.tp.mssCache).toBe(1460);
});

it("an administrator can switch it off, and then the connection is given up at last", () => {
  const opened = flying(2920, { sysctl: { tcpBlackHoleDetection: false } });
  const begin = opened.script.now;
  for (let nth = 0; nth < 6; nth += 1) expect(next(opened, begin).slice(1)).toEqual([1, 1460]);
  opened.script.advance(2_000_000);
  expect(opened.tp.state).toBe(flag.TCP_CLOSE);
});
