/**
 * The paper's Figure 1, a profile of a web server in a kernel under 100 concurrent requests, function by function beside what
 * does the same here. Ticks of its clock, as printed there.
 */
const ROWS = [
  ["tcp_v4_rcv", 630, ["tcpRcv", "isIntact", "isImpossible", "noteSegment", "dispatch", "tcpLookupConnection"]],
  ["alloc_skb", 338, ["allocSkb", "skbHeadFromPool", "skbHeadFromCache"]],
  ["ip_rcv", 242, ["ipInput.receive", "headerIsGood", "ipReceiveFinish", "parseIpv4Header"]],
  ["kmem_cache_alloc", 234, ["kmalloc", "growClass"]],
  [
    "tcp_rcv_state_process",
    226,
    ["tcpRcvStateProcess", "tcpRcvSynSent", "synReceivedAck", "synSentEstablish", "isAcceptable"],
  ],
  ["sock_wfree", 211, ["sockWfree", "segmentIsGone", "sockPut"]],
  ["tcp_send_fin", 181, ["tcpSendFin"]],
  ["ip_route_input", 156, ["ipRouteInput", "routeInput.take"]],
  ["tcp_write_xmit", 155, ["tcpWriteXmit", "sendFirst", "tcpSndTest"]],
  ["tcp_parse_options", 150, ["parseTcpOptions", "parseOption", "tcpOptions.clear"]],
  ["kmem_cache_free, kfree", 142 + 142, ["kfree", "skbHeadFree"]],
  ["skb_release_data", 140, ["skbReleaseData"]],
  ["kfree_skb", 137, ["kfreeSkb"]],
];

/** The rows that are about memory for packets. */
const BUFFERS = new Set([
  "alloc_skb",
  "kmem_cache_alloc",
  "sock_wfree",
  "kmem_cache_free, kfree",
  "skb_release_data",
  "kfree_skb",
]);

const LAYERS = new Set(["socket", "transport", "network", "link", "stack", "wire"]);

/** Of each row its share of the rows there, and of the stack's own time here. */
export function besideFigure1(functions) {
  const ofStack = functions.filter(({ layer }) => LAYERS.has(layer));
  const whole = ofStack.reduce((sum, { self }) => sum + self, 0);
  const ticks = ROWS.reduce((sum, [, count]) => sum + count, 0);
  return ROWS.map(([there, count, names]) => {
    const isMeant = ({ name, file }) => names.includes(name) || names.includes(`${file}.${name}`);
    const here = ofStack.filter(isMeant).reduce((sum, { self }) => sum + self, 0);
    return { there, ticks: count, share: count / ticks, names, here: here / whole };
  });
}

/** The share of memory for packets in the rows there, and in the stack's own time here. */
export function buffersOf(rows) {
  const ofBuffers = rows.filter(({ there }) => BUFFERS.has(there));
  const sum = (field) => ofBuffers.reduce((total, row) => total + row[field], 0);
  return { there: sum("share"), here: sum("here") };
}
