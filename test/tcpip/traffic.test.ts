import { mixedTraffic } from "../../fixtures/tcpip/traffic.ts";

it("the traffic to warm up with sends of every kind", () => {
  // Ten of the twelve calls of a round send something; one has nobody to send to, one no socket.
  expect(mixedTraffic(5)).toBe(2 * 5 * 10);
  expect(mixedTraffic(5)).toBe(mixedTraffic(5));
});
