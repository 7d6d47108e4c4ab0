/* The page on this machine's own address, for who is on this machine. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { playHtml } from "./document.node.tsx";

export interface Serving {
  readonly url: string;
  close(): Promise<void>;
}

/** `port` 0: any that is free. @throws what the system says of a port that cannot be had. */
export async function servePlay(port: number): Promise<Serving> {
  const html = Buffer.from(await playHtml());
  const server = createServer((request, response) => {
    // A name that leads here by another's DNS is not this machine's own.
    const isOurs = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "");
    const isPage = isOurs && /^\/(index\.html)?(\?|$)/.test(request.url ?? "");
    const isRead = request.method === "GET" || request.method === "HEAD";
    const status = !isRead ? 405 : isPage ? 200 : 404;
    const body = status === 200 ? html : Buffer.from(`${status}: there is one page here, at /\n`);
    response.writeHead(status, {
      "content-type": `text/${status === 200 ? "html" : "plain"}; charset=utf-8`,
      "content-length": body.length,
      "x-content-type-options": "nosniff",
      // What the page's own policy cannot say of itself: nobody puts it in a frame, or reads it from elsewhere.
      "content-security-policy": "frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await listening(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}
