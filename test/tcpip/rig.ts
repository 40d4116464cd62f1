/** A machine on 10.0.0.0/24 with a network card, ready to send. */
import { PfifoFast } from "../../fixtures/tcpip/link/pfifoFast.ts";
import { RingDevice } from "../../fixtures/tcpip/link/ringDevice.ts";
import { addAddress, addDefaultRoute, addDevice, addNeighbour } from "../../fixtures/tcpip/network/configure.ts";
import { sysBind, sysConnect, sysSocket } from "../../fixtures/tcpip/socket/calls.ts";
import { createKernel, type KernelOptions } from "../../fixtures/tcpip/socket/createKernel.ts";
import type { Kernel } from "../../fixtures/tcpip/socket/kernel.ts";
import { IFF_BROADCAST, IFF_MULTICAST, IFF_UP, NETIF_F_HW_CSUM } from "../../fixtures/tcpip/stack/device.ts";
import { SOCK_DGRAM } from "../../fixtures/tcpip/stack/flags.ts";
import { inetAddr } from "../../fixtures/tcpip/wire/ipv4.ts";
import { AF_INET, sockaddrIn } from "../../fixtures/tcpip/wire/sockaddr.ts";
import { parseFrame, parseIpv4, parseUdp, type Ipv4Packet, type UdpDatagram } from "./checker/parse.ts";

export const HOST = "10.0.0.1";
export const PEER = "10.0.0.2";
export const GATEWAY = "10.0.0.254";
export const HOST_MAC = Uint8Array.of(2, 0, 0, 0, 0, 1);
export const PEER_MAC = Uint8Array.of(2, 0, 0, 0, 0, 2);
export const GATEWAY_MAC = Uint8Array.of(2, 0, 0, 0, 0, 254);

export interface RigOptions extends KernelOptions {
  readonly features?: number;
  readonly mtu?: number;
  readonly instant?: boolean;
  readonly txQueueLen?: number;
  readonly knowsNeighbours?: boolean;
  readonly hardwareChecksum?: boolean;
}

export interface Rig {
  readonly kernel: Kernel;
  readonly dev: RingDevice;
}

export function makeRig(options: RigOptions = {}): Rig {
  const kernel = createKernel(options);
  const dev = new RingDevice(
    kernel.net,
    new PfifoFast(),
    {
      name: "eth0",
      mtu: options.mtu ?? 1500,
      flags: IFF_UP | IFF_BROADCAST | IFF_MULTICAST,
      features: options.features ?? (options.hardwareChecksum === true ? NETIF_F_HW_CSUM : 0),
      hardHeaderLen: 14,
      txQueueLen: options.txQueueLen ?? 100,
      address: HOST_MAC,
      broadcast: new Uint8Array(6).fill(255),
    },
    options.instant ?? true,
  );
  addDevice(kernel.ip, dev);
  addAddress(kernel.ip, dev, inetAddr(HOST), 24);
  addDefaultRoute(kernel.ip, dev, inetAddr(GATEWAY));
  if (options.knowsNeighbours ?? true) {
    addNeighbour(kernel.ip, dev, inetAddr(PEER), PEER_MAC);
    addNeighbour(kernel.ip, dev, inetAddr(GATEWAY), GATEWAY_MAC);
  }
  return { kernel, dev };
}

export function udpSocket(kernel: Kernel): number {
  return sysSocket(kernel, AF_INET, SOCK_DGRAM, 0);
}

export function address(host: string, port: number): Uint8Array {
  return sockaddrIn(inetAddr(host), port);
}

/** A socket bound to 10.0.0.1:4000 and connected to 10.0.0.2:5000. */
export function connectedSocket(kernel: Kernel, peer = PEER): number {
  const fd = udpSocket(kernel);
  expect(sysBind(kernel, fd, address(HOST, 4000))).toBe(0);
  expect(sysConnect(kernel, fd, address(peer, 5000))).toBe(0);
  return fd;
}

export function bytesOf(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + seed * 13) & 0xff);
}

export interface Sent {
  readonly ip: Ipv4Packet;
  readonly udp: UdpDatagram;
  readonly to: string;
}

/** The datagrams that went out since the last call, none of them fragmented. */
export function takeDatagrams(dev: RingDevice): Sent[] {
  return dev.takeFrames().map((bytes) => {
    const frame = parseFrame(bytes);
    const ip = parseIpv4(frame.payload);
    return { ip, udp: parseUdp(ip.payload, ip.source, ip.destination), to: frame.destination };
  });
}
