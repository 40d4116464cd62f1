/** The other side as a program on the kernel's own sockets: the echo service, and its clients. */
import { createHash } from "node:crypto";
import dgram from "node:dgram";
import net from "node:net";
import { bodyBuffer } from "./body.ts";

const PATIENCE = 20_000;

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

/** Takes one connection, does not read before there is a second one, and then says the hash of all that came. */
function serveSlowly(port: number): void {
  let first: net.Socket | null = null;
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    if (first !== null) {
      socket.destroy();
      first.resume();
      return;
    }
    first = socket;
    const hash = createHash("sha256");
    socket.on("data", (piece) => void hash.update(piece));
    socket.on("end", () => socket.end(hash.digest("hex")));
    socket.on("close", () => server.close());
  });
  server.listen(port, () => process.stdout.write("ready\n"));
}

/** Sends a body, and hears what the other has to say of it. */
function upload(host: string, port: number, length: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, allowHalfOpen: true });
    let heard = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (heard += text));
    socket.on("end", () => resolve(heard));
    socket.on("error", reject);
    socket.end(bodyBuffer(length, 1));
  });
}

/** What comes of trying to connect. */
function tryConnect(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host, () => {
      socket.destroy();
      resolve("connected");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** Connects, says something, and aborts. */
function abort(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host, () => {
      socket.write(bodyBuffer(1000, 1), () => {
        socket.resetAndDestroy();
        resolve("aborted");
      });
    });
  });
}

/**
 * Takes one connection, answers what is said first, and tells how it ended.
 * It answers only what it has read: of data and a reset that come together, libuv reads the data and reports an end.
 */
function serveOnce(port: number): void {
  const server = net.createServer((socket) => {
    let end = "closed";
    socket.on("error", (error: NodeJS.ErrnoException) => (end = error.code ?? error.message));
    socket.on("close", () => {
      process.stdout.write(`${end}\n`);
      server.close();
    });
    socket.once("data", () => socket.write("!"));
  });
  server.listen(port, () => process.stdout.write("ready\n"));
}

const [what = "", host = "", port = "", count = ""] = process.argv.slice(2);
const say = (text: string | number): void => void process.stdout.write(`${text}\n`);
const programs: Readonly<Record<string, () => unknown>> = {
  serve: () => serveEcho(Number(host)),
  slow: () => serveSlowly(Number(host)),
  once: () => serveOnce(Number(host)),
  upload: async () => say(await upload(host, Number(port), Number(count))),
  connect: async () => say(await tryConnect(host, Number(port))),
  abort: async () => say(await abort(host, Number(port))),
  sequential: async () => say(await sequential(host, Number(port), Number(count))),
  concurrent: async () => say(await concurrent(host, Number(port), Number(count))),
  async datagrams() {
    say(await datagrams(host, Number(port), count.split(",").map(Number)));
    process.exit(0);
  },
};
await programs[what]?.();
