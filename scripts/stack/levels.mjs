/**
 * What is measured. Each level prepares a machine and gives a `round`: it does something and says how many packets (or
 * segments of data) that were.
 *
 *   A   datagrams from a socket to a device that forgets them: the send path alone
 *   A'  a stream to a peer that acknowledges each write in memory and has a window that is always open: segments of 1448 bytes
 *   B   two machines with a line between them: both paths, acknowledgements and all
 */
import { PEER, deviceOptions, loadStack, machine, must, pair, streamSocket } from "./machines.mjs";

const MSS = 1448;

/** `blank`: zeros, whose sums are small numbers. */
function payloadOf(length, blank = false) {
  return Uint8Array.from({ length }, (_, nth) => (blank ? 0 : (nth * 167 + 13) & 255));
}

/** The cases of each level, as measure.mjs is given them. */
export const cases = [
  ...[64, 256, 1024, 1472].flatMap((size) => ["hw", "sw"].map((sum) => ({ level: "A", size, sum, sockets: 1 }))),
  ...[64, 1024].map((size) => ({ level: "A", size, sum: "hw", sockets: 8 })),
  ...[1, 4, 11].flatMap((factor) => ["hw", "sw"].map((sum) => ({ level: "A'", factor, sum }))),
  ...[64, 1024].map((size) => ({ level: "B", transport: "udp", size, sum: "hw" })),
  { level: "B", transport: "tcp", size: 16_384, sum: "hw" },
  { level: "B", transport: "tcp", size: 16_384, sum: "sw" },
];

export function nameOf({ level, size, factor, sum, sockets, transport }) {
  if (level === "A")
    return `UDP, ${size} bytes, ${sockets === 1 ? "one socket" : `${sockets} sockets of four kinds`}, ${sum}`;
  if (level === "A'") return `TCP, writes of ${factor} x 1448 bytes, ${sum}`;
  return `${transport.toUpperCase()}, ${transport === "udp" ? "datagrams" : "writes"} of ${size} bytes, ${sum}`;
}

export const levels = {
  A: { unit: "packet", prepare: datagramsOut },
  "A'": { unit: "segment", prepare: segmentsOut },
  B: { unit: "packet", prepare: twoMachines },
};

/** Several sockets, and not all alike, as generic code has to do with: connected or not, with a type of service, without a sum. */
async function datagramsOut(out, { size, sum, sockets, blank }) {
  const stack = await loadStack(out);
  const { kernel } = machine(stack, 1, (net) => {
    return new stack.NullDevice(net, new stack.Noqueue(), deviceOptions(stack, "null0", 1, sum));
  });
  const to = stack.sockaddrIn(stack.inetAddr(PEER), 5000);
  const senders = Array.from({ length: sockets }, (_, nth) => {
    const fd = must(stack.sysSocket(kernel, stack.AF_INET, stack.SOCK_DGRAM, 0), "socket");
    if (nth % 4 === 2) stack.sysSetsockopt(kernel, fd, stack.SOL_IP, stack.IP_TOS, stack.sockoptInt(0x10));
    if (nth % 4 === 3) stack.sysSetsockopt(kernel, fd, stack.SOL_SOCKET, stack.SO_NO_CHECK, stack.sockoptInt(1));
    const isConnected = nth % 2 === 0;
    if (isConnected) must(stack.sysConnect(kernel, fd, to), "connect");
    return isConnected ? { fd, addr: null, length: 0 } : { fd, addr: to, length: to.length };
  });
  const payload = payloadOf(size, blank);
  return {
    packetBytes: size,
    round() {
      for (let nth = 0; nth < 64; nth += 1) {
        const { fd, addr, length } = senders[nth % sockets];
        payload[nth] = nth;
        if (stack.sysSendto(kernel, fd, payload, size, 0, addr, length) !== size)
          throw new Error("a datagram was not sent");
      }
      return 64;
    },
  };
}

/** A device whose other end acknowledges: what was sent last, when it is asked to. */
function makeEcho(stack) {
  const [saddr, daddr] = [stack.inetAddr(PEER), stack.inetAddr("10.0.0.1")];
  return class extends stack.NullDevice {
    segments = 0;
    seq = 0;
    source = 0;
    dest = 0;
    isSyn = false;

    hardStartXmit(skb) {
      const { bytes } = skb.block;
      const at = skb.hRaw;
      const flags = bytes[at + 13];
      const length = skb.len - (at - skb.data) - ((bytes[at + 12] >> 4) << 2);
      this.seq = (stack.get32(bytes, at + 4) + length + (flags & 3 ? 1 : 0)) | 0;
      this.source = stack.get16(bytes, at);
      this.dest = stack.get16(bytes, at + 2);
      this.isSyn = (flags & 2) !== 0;
      if (length > 0) this.segments += 1;
      return super.hardStartXmit(skb);
    }

    /** The answer comes in. */
    acknowledge() {
      const { net } = this;
      const options = this.isSyn ? 4 : 0;
      const skb = stack.allocSkb(net.heads, 16 + 40 + options, stack.GFP_ATOMIC);
      stack.skbReserve(skb, 16);
      const at = stack.skbPut(skb, 40 + options);
      const { bytes } = skb.block;
      bytes.fill(0, at, at + 40 + options);
      stack.put32(bytes, at, 0x45000000 | (40 + options) | 0);
      stack.put32(bytes, at + 8, 0x40060000);
      stack.put32(bytes, at + 12, saddr);
      stack.put32(bytes, at + 16, daddr);
      stack.put16(bytes, at + 10, stack.csumFold(stack.csumBytes(bytes, at, 20, 0)));
      const tcp = at + 20;
      const seq = this.isSyn ? 1000 : 1001;
      const flags = this.isSyn ? stack.TCP_SYN | stack.TCP_ACK : stack.TCP_ACK;
      stack.writeTcpHeader(bytes, tcp, this.dest, this.source, seq, this.seq, 20 + options, flags, 65535, 0);
      if (this.isSyn) stack.put32(bytes, tcp + 20, 0x02040000 | MSS);
      const sum = stack.csumBytes(bytes, tcp, 20 + options, 0);
      stack.put16(bytes, tcp + 16, stack.csumTcpUdpMagic(saddr, daddr, 20 + options, stack.IPPROTO_TCP, sum));
      skb.protocol = 0x0800;
      stack.netifRx(skb, this);
      stack.netRxAction(net);
    }
  };
}

async function segmentsOut(out, { factor, sum, blank }) {
  const stack = await loadStack(out);
  const Echo = makeEcho(stack);
  const { kernel, dev } = machine(stack, 1, (net) => {
    return new Echo(net, new stack.Noqueue(), deviceOptions(stack, "echo0", 1, sum));
  });
  const fd = streamSocket(stack, kernel);
  must(stack.sysSetsockopt(kernel, fd, stack.SOL_SOCKET, stack.SO_SNDBUF, stack.sockoptInt(131_071)), "SO_SNDBUF");
  stack.sysConnect(kernel, fd, stack.sockaddrIn(stack.inetAddr(PEER), 80));
  dev.acknowledge();
  const size = factor * MSS;
  const payload = payloadOf(size, blank);
  const write = () => {
    if (stack.sysSend(kernel, fd, payload, size, 0) !== size) throw new Error("a write was cut short");
    dev.acknowledge();
  };
  // Past slow start: then a write goes out at once.
  for (let nth = 0; nth < 400; nth += 1) {
    stack.sysSend(kernel, fd, payload, size, 0);
    dev.acknowledge();
  }
  for (let nth = 0; nth < 20; nth += 1) dev.acknowledge();
  return {
    packetBytes: MSS,
    round() {
      const before = dev.segments;
      for (let nth = 0; nth < 16; nth += 1) write();
      const sent = dev.segments - before;
      if (sent !== 16 * factor) throw new Error(`${sent} segments for ${16 * factor}`);
      return sent;
    },
  };
}

async function twoMachines(out, { transport, ...how }) {
  const stack = await loadStack(out);
  return transport === "tcp" ? streamBetween(stack, how) : datagramsBetween(stack, how);
}

function streamBetween(stack, { sum, size, blank }) {
  const { here, there, turn, step } = pair(stack, sum);
  const address = stack.sockaddrIn(stack.inetAddr(PEER), 80);
  const listening = streamSocket(stack, there.kernel);
  must(stack.sysBind(there.kernel, listening, address), "bind");
  must(stack.sysListen(there.kernel, listening, 4), "listen");
  const client = streamSocket(stack, here.kernel);
  stack.sysConnect(here.kernel, client, address);
  turn();
  const server = must(stack.sysAccept(there.kernel, listening, null), "accept");
  stack.sysFcntl(there.kernel, server, stack.F_SETFL, stack.O_NONBLOCK);
  const payload = payloadOf(size, blank);
  const buffer = new Uint8Array(65536);
  let [sent, received] = [0, 0];
  const round = () => {
    const before = here.dev.stats.txPackets;
    for (let nth = 0; nth < 64; nth += 1) {
      const result = stack.sysSend(here.kernel, client, payload, size, 0);
      if (result > 0) sent += result;
      turn();
      for (let got = 1; got > 0;) {
        got = stack.sysRecv(there.kernel, server, buffer, 0);
        if (got > 0) received += got;
      }
      // Acknowledgements may wait for a while.
      if (result <= 0 && !step()) throw new Error("nothing moves");
    }
    if (received > sent) throw new Error("more came than was sent");
    return Math.max(here.dev.stats.txPackets - before, 1);
  };
  for (let nth = 0; nth < 10; nth += 1) round();
  return { packetBytes: MSS, round };
}

function datagramsBetween(stack, { sum, size, blank }) {
  const { here, there, turn } = pair(stack, sum);
  const address = stack.sockaddrIn(stack.inetAddr(PEER), 80);
  const [client, server] = [here.kernel, there.kernel].map((kernel) =>
    must(stack.sysSocket(kernel, stack.AF_INET, stack.SOCK_DGRAM, 0), "socket"),
  );
  must(stack.sysBind(there.kernel, server, address), "bind");
  must(stack.sysConnect(here.kernel, client, address), "connect");
  const payload = payloadOf(size, blank);
  const buffer = new Uint8Array(2048);
  return {
    packetBytes: size,
    round() {
      for (let nth = 0; nth < 64; nth += 1) {
        must(stack.sysSend(here.kernel, client, payload, size, 0), "send");
        turn();
        if (stack.sysRecv(there.kernel, server, buffer, 0) !== size) throw new Error("a datagram was lost");
      }
      return 64;
    },
  };
}
