/** The other side as a program on the kernel's own sockets: the echo service, and its clients. */
import dgram from "node:dgram";
import net from "node:net";
import { bodyBuffer } from "./body.ts";

const PATIENCE = 3000;

function echoStream(host: string, port: number, said: string): Promise<boolean> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = net.connect(port, host, () => socket.end(said));
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (heard += text));
    socket.on("end", () => resolve(heard === said));
    socket.on("error", () => resolve(false));
  });
}

/** One connection after the other. */
async function sequential(host: string, port: number, total: number): Promise<number> {
  let good = 0;
  for (let nth = 0; nth < total; nth += 1) good += (await echoStream(host, port, `connection ${nth}`)) ? 1 : 0;
  return good;
}

/** All are open before any says something. */
async function concurrent(host: string, port: number, total: number): Promise<number> {
  const sockets = await Promise.all(
    Array.from(
      { length: total },
      () =>
        new Promise<net.Socket>((resolve, reject) => {
          const socket = net.connect({ port, host, allowHalfOpen: true }, () => resolve(socket));
          socket.on("error", reject);
        }),
    ),
  );
  const heard = await Promise.all(
    sockets.map(
      (socket, nth) =>
        new Promise<boolean>((resolve) => {
          let text = "";
          socket.setEncoding("latin1");
          socket.on("data", (piece: string) => (text += piece));
          socket.on("end", () => resolve(text === `connection ${nth}`));
          socket.end(`connection ${nth}`);
        }),
    ),
  );
  return heard.filter(Boolean).length;
}

async function datagrams(host: string, port: number, sizes: readonly number[]): Promise<number> {
  const socket = dgram.createSocket("udp4");
  let good = 0;
  for (const size of sizes) {
    const said = bodyBuffer(size, size);
    const heard = new Promise<Buffer | null>((resolve) => {
      socket.once("message", resolve);
      setTimeout(() => resolve(null), PATIENCE);
    });
    socket.send(said, port, host);
    good += (await heard)?.equals(said) ? 1 : 0;
  }
  socket.close();
  return good;
}

function serveEcho(port: number): void {
  const udp = dgram.createSocket("udp4", (message, from) => udp.send(message, from.port, from.address));
  udp.bind(port);
  const tcp = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  tcp.listen({ port, backlog: 2048 }, () => process.stdout.write("ready\n"));
}

const [what = "", host = "", port = "", count = ""] = process.argv.slice(2);
const clients = { sequential, concurrent };
if (what === "serve") {
  serveEcho(Number(host));
} else if (what === "datagrams") {
  process.stdout.write(`${await datagrams(host, Number(port), count.split(",").map(Number))}\n`);
  process.exit(0);
} else if (what === "sequential" || what === "concurrent") {
  process.stdout.write(`${await clients[what](host, Number(port), Number(count))}\n`);
}
