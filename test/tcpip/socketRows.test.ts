/** Rows L1-L6 of the acceptance table on the generic path: from the descriptor to the protocol. */
import { openPlainFile } from "../../fixtures/tcpip/socket/files.ts";
import { sysBind, sysClose, sysConnect, sysFcntl, sysShutdown, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import { sysSend, sysSendmsg, sysSendto } from "../../fixtures/tcpip/socket/send.ts";
import {
  EACCES,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  EBADF,
  EDESTADDRREQ,
  EFAULT,
  EINVAL,
  EMFILE,
  EMSGSIZE,
  ENOTCONN,
  ENOTSOCK,
  EPERM,
  EPIPE,
  EPROTONOSUPPORT,
  ESOCKTNOSUPPORT,
} from "../../fixtures/tcpip/stack/errno.ts";
import {
  F_GETFL,
  SCM_CREDENTIALS,
  SCM_RIGHTS,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../fixtures/tcpip/stack/flags.ts";
import { IoVec } from "../../fixtures/tcpip/stack/msghdr.ts";
import { cmsg } from "../../fixtures/tcpip/wire/cmsg.ts";
import { AF_INET } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { Process } from "../../fixtures/tcpip/socket/kernel.ts";
import { carries, expectPacket, ipv4, udp } from "./checker/expectPacket.ts";
import { HOST, PEER, address, bytesOf, connectedSocket, makeRig, takeDatagrams, udpSocket } from "./rig.ts";

const data = bytesOf(10);

describe("L1 the descriptor leads to the socket [part:descriptors]", () => {
  it("EBADF for what is not open, ENOTSOCK for what is no socket", () => {
    const { kernel } = makeRig();
    const file = openPlainFile(kernel);
    for (const fd of [-1, 5, 256, 100000]) {
      expect(sysSend(kernel, fd, data, 10, 0)).toBe(-EBADF);
    }
    expect(sysSend(kernel, file, data, 10, 0)).toBe(-ENOTSOCK);
    expect(sysFcntl(kernel, file, F_GETFL, 0)).toBeGreaterThanOrEqual(0);
  });

  it("EBADF after close", () => {
    const { kernel, dev } = makeRig();
    const fd = connectedSocket(kernel);
    expect(sysSend(kernel, fd, data, 10, 0)).toBe(10);
    expect(sysClose(kernel, fd)).toBe(0);
    expect(sysClose(kernel, fd)).toBe(-EBADF);
    expect(sysSend(kernel, fd, data, 10, 0)).toBe(-EBADF);
    expect(dev.takeFrames()).toHaveLength(1);
  });

  it("every process has its own descriptors [part:descriptors]", () => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    const first = kernel.current;
    kernel.current = new Process(2, 1000);
    expect(sysSend(kernel, fd, data, 10, 0)).toBe(-EBADF);
    kernel.current = first;
    expect(sysSend(kernel, fd, data, 10, 0)).toBe(10);
  });

  it("EMFILE when the table is full, and nothing is kept", () => {
    const { kernel } = makeRig();
    let fd = udpSocket(kernel);
    while (fd >= 0) {
      fd = udpSocket(kernel);
    }
    expect(fd).toBe(-EMFILE);
    expect(kernel.net.socksInUse).toBe(256);
    expect(kernel.socketsInUse).toBe(256);
  });
});

describe("L2 what was looked up is given back", () => {
  it("after success and after every kind of failure", () => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    const file = kernel.current.files[fd]!;
    const results = [
      sysSend(kernel, fd, data, 10, 0),
      sysSend(kernel, fd, data, 100000, 0),
      sysSendto(kernel, fd, data, 10, 0, address(PEER, 0), 16),
      sysSendto(kernel, fd, data, 10, 0, address(PEER, 1), 200),
      sysSendto(kernel, fd, data, 10, 0, address(PEER, 1), -1),
      sysSendto(kernel, fd, data, 11, 0, null, 0),
      sysSendto(kernel, fd, data, 10, 0, new Uint8Array(4), 16),
    ];
    expect(results).toEqual([10, -EMSGSIZE, -EINVAL, -EINVAL, -EINVAL, -EFAULT, -EFAULT]);
    expect(file.count).toBe(1);
    expect(file.inode.count).toBe(1);
  });

  it("closing gives everything back: sockets, buffers, memory, routes", () => {
    const { kernel, dev } = makeRig();
    const fds = [connectedSocket(kernel), udpSocket(kernel)];
    const route = kernel.current.files[fds[0]!]!.inode.socket!.sk!.dstCache!;
    for (const fd of fds) {
      expect(sysSendto(kernel, fd, data, 10, 0, address(PEER, 9), 16)).toBe(10);
    }
    for (const fd of fds) {
      expect(sysClose(kernel, fd)).toBe(0);
    }
    expect(kernel.net.socksInUse).toBe(2); // held by the packets on the card
    dev.drain();
    expect(kernel.net.socksInUse).toBe(0);
    expect(kernel.socketsInUse).toBe(0);
    expect(kernel.filesInUse).toBe(0);
    expect(kernel.net.heads.inUse).toBe(0);
    expect(kernel.net.memory.sizeClasses.map((sizeClass) => sizeClass.inUse)).toEqual(new Array(13).fill(0));
    expect(kernel.net.memory.pagesInUse).toBe(0);
    expect(route.refcnt).toBe(0);
  });
});

describe("L3 the tables of the family and of the protocol decide", () => {
  it("a datagram socket sends UDP, a raw one what it is given", () => {
    const { kernel, dev } = makeRig();
    const raw = sysSocket(kernel, AF_INET, SOCK_RAW, 89);
    expect(sysSendto(kernel, raw, data, 10, 0, address(PEER, 0), 16)).toBe(10);
    const [frame] = dev.takeFrames();
    expectPacket(frame, ipv4({ protocol: 89, totalLength: 30 }));
    expect(frame!.subarray(34)).toEqual(data);
  });

  it("there are only these", () => {
    const { kernel } = makeRig();
    expect(sysSocket(kernel, 10, SOCK_DGRAM, 0)).toBe(-EAFNOSUPPORT);
    expect(sysSocket(kernel, AF_INET, 5, 0)).toBe(-ESOCKTNOSUPPORT);
    expect(sysSocket(kernel, AF_INET, SOCK_STREAM, 17)).toBe(-EPROTONOSUPPORT);
    expect(sysSocket(kernel, AF_INET, SOCK_DGRAM, 6)).toBe(-EPROTONOSUPPORT);
    expect(sysSocket(kernel, AF_INET, SOCK_RAW, 0)).toBe(-EPROTONOSUPPORT);
    kernel.current = new Process(2, 1000);
    expect(sysSocket(kernel, AF_INET, SOCK_RAW, 1)).toBe(-EPERM);
    expect(kernel.socketsInUse).toBe(0);
  });
});

describe("L4 control data of the socket's level", () => {
  const send = (control: Uint8Array, uid = 0): number => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    const files = kernel.current.files;
    const other = new Process(7, uid);
    other.files[fd] = files[fd]!;
    kernel.current = other;
    return sysSendmsg(kernel, fd, { name: null, iov: [new IoVec(data, 10)], control }, 0);
  };
  const who = (pid: number, uid: number): Uint8Array =>
    cmsg(SOL_SOCKET, SCM_CREDENTIALS, Uint8Array.of(0, 0, 0, pid, 0, 0, 0, uid));

  it("none is the common case; empty is none", () => expect(send(new Uint8Array(0))).toBe(10));
  it("files cannot be passed", () => expect(send(cmsg(SOL_SOCKET, SCM_RIGHTS, new Uint8Array(4)))).toBe(-EINVAL));
  it("only the superuser is somebody else", () => {
    expect(send(who(1, 2))).toBe(10);
    expect(send(who(1, 2), 100)).toBe(-EPERM);
    expect(send(who(7, 100), 100)).toBe(10);
  });
  it("a length that does not fit is refused", () => {
    const bad = who(1, 2);
    bad[3] = 99;
    expect(send(bad)).toBe(-EINVAL);
    bad[3] = 4;
    expect(send(bad)).toBe(-EINVAL);
  });
});

describe("L5 the address", () => {
  it("goes from the caller's bytes to the wire", () => {
    const { kernel, dev } = makeRig();
    const fd = udpSocket(kernel);
    expect(sysSendto(kernel, fd, data, 10, 0, address("10.0.0.77", 5353), 16)).toBe(10);
    expect(dev.takeFrames()).toHaveLength(1); // the question who has that address
    expect(sysSendto(kernel, fd, data, 10, 0, address(PEER, 5353), 16)).toBe(10);
    expectPacket(dev.takeFrames()[0], ipv4({ destination: PEER }), udp({ destinationPort: 5353 }), carries(data));
  });

  it("is checked: length, family, port", () => {
    const { kernel, dev } = makeRig();
    const fd = udpSocket(kernel);
    const to = (bytes: Uint8Array, length: number): number => sysSendto(kernel, fd, data, 10, 0, bytes, length);
    const other = address(PEER, 5);
    other[1] = 10;
    const unspecified = address(PEER, 5);
    unspecified[1] = 0;
    expect(to(address(PEER, 5), 8)).toBe(-EINVAL);
    expect(to(other, 16)).toBe(-EAFNOSUPPORT);
    expect(to(address(PEER, 0), 16)).toBe(-EINVAL);
    expect(dev.takeFrames()).toEqual([]);
    expect(to(unspecified, 16)).toBe(10);
  });

  it("of bind has to be this host's, free, and allowed [1122:4.1.3.5b]", () => {
    const { kernel } = makeRig();
    const [one, other] = [udpSocket(kernel), udpSocket(kernel)];
    expect(sysBind(kernel, one, address(PEER, 4000))).toBe(-EADDRNOTAVAIL);
    expect(sysBind(kernel, one, address(HOST, 4000))).toBe(0);
    expect(sysBind(kernel, one, address(HOST, 4001))).toBe(-EINVAL);
    expect(sysBind(kernel, other, address("0.0.0.0", 4000))).toBe(-EADDRINUSE);
    kernel.current.capabilities = 0;
    expect(sysBind(kernel, other, address(HOST, 53))).toBe(-EACCES);
    expect(sysBind(kernel, other, address(HOST, 4001).subarray(0, 8))).toBe(-EINVAL);
  });
});

describe("L6 a socket that was not bound", () => {
  it("gets a port of its own with the first datagram, and keeps it", () => {
    const { kernel, dev } = makeRig({ sysctl: { ipLocalPortMin: 40000, ipLocalPortMax: 40001 } });
    const [one, other, third] = [udpSocket(kernel), udpSocket(kernel), udpSocket(kernel)];
    for (const fd of [one, other, one]) {
      expect(sysSendto(kernel, fd, data, 10, 0, address(PEER, 9), 16)).toBe(10);
    }
    expect(takeDatagrams(dev).map(({ udp: { sourcePort } }) => sourcePort)).toEqual([40000, 40001, 40000]);
    expect(sysSendto(kernel, third, data, 10, 0, address(PEER, 9), 16)).toBe(-11);
    expect(sysClose(kernel, other)).toBe(0);
    expect(sysSendto(kernel, third, data, 10, 0, address(PEER, 9), 16)).toBe(10);
  });
});

describe("connections", () => {
  it("EDESTADDRREQ without one, ENOTCONN to shut down, EPIPE after", () => {
    const { kernel } = makeRig();
    const fd = udpSocket(kernel);
    expect(sysSend(kernel, fd, data, 10, 0)).toBe(-EDESTADDRREQ);
    expect(sysShutdown(kernel, fd, SHUT_WR)).toBe(-ENOTCONN);
    expect(sysConnect(kernel, fd, address(PEER, 5000))).toBe(0);
    expect(sysShutdown(kernel, fd, 3)).toBe(-EINVAL);
    expect(sysShutdown(kernel, fd, SHUT_WR)).toBe(0);
    expect(sysSend(kernel, fd, data, 10, 0)).toBe(-EPIPE);
    expect(kernel.net.ipStats.outDiscards).toBe(1);
  });

  it("AF_UNSPEC ends one", () => {
    const { kernel } = makeRig();
    const fd = connectedSocket(kernel);
    const nobody = new Uint8Array(16);
    expect(sysConnect(kernel, fd, nobody)).toBe(0);
    expect(sysSend(kernel, fd, data, 10, 0)).toBe(-EDESTADDRREQ);
  });
});
