/** Fragmentation and reassembly: RFC 791, 2.3 and 3.2, in our words, with what later documents changed. */
import type { Requirement } from "./requirement.ts";

const rows: readonly (readonly [string, string, string?])[] = [
  ["1", "all fragments have the addresses, the protocol and the identification of the datagram"],
  ["2", "they begin at multiples of eight bytes, and all but the last are multiples of eight bytes long"],
  ["3", "all but the last say that more follow"],
  [
    "4",
    "a fragment is cut like a datagram: its place counts from the beginning of the whole, and its last piece says what it said",
  ],
  ["5", "what must not be cut is not"],
  ["6", "options that are not to be copied are in the first fragment alone"],
  ["7", "each fragment has a length and a sum of its own"],
  ["8", "identifications differ for as long as datagrams of one pair of hosts and one protocol may be on their way"],
  ["9", "every module passes on 68 bytes without cutting them"],
  ["10", "every host takes 576 bytes, whole or in pieces"],
  ["11", "datagrams of up to 65535 bytes are cut and put together; more is not made of pieces"],
  ["12", "pieces belong together by both addresses, protocol and identification"],
  ["13", "they may come in any order"],
  ["14", "what comes twice does no harm"],
  ["15", "what overlaps", "deviation: the whole is dropped, as RFC 5722 has it for IPv6 and RFC 8900 advises"],
  ["16", "what does not come in time is given up with all the rest, and its memory is given back"],
  ["17", "the time is bounded by the time to live", "deviation: fixed, 30 s, as RFC 1122, 3.3.2 wants it"],
  ["18", "the whole has the header of the first fragment, with the length of the whole"],
  ["19", "memory for what is incomplete is bounded"],
];

export const rfc791: readonly Requirement[] = rows.map(([id, what, note]) => ({ id: `791:${id}`, what, note }));
