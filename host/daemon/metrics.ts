/**
 * What an AP's daemon tells whoever watches it: its counts in the text format of Prometheus (exposition format 0.0.4), and
 * whether it is well, over HTTP.
 */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApCounters } from "../ap/reasons.ts";
import type { DaemonCounts } from "./counts.ts";
import type { Source } from "./peers.ts";

/** What there is to tell. */
export interface Watched {
  readonly counts: DaemonCounts;
  readonly refused: ApCounters;
  readonly peers: number;
  readonly devices: number;
  /** The key service is there; without it the AP goes on with what it holds. */
  readonly isServed: boolean;
  readonly epochs: number;
  readonly pending: number;
  /** Of the file of readings, to its medium. */
  readonly flushes: number;
  readonly unsent: number;
  /** Seconds since the last round began. */
  readonly sinceRound_s: number;
  /** Why it is not well; undefined: it is. */
  readonly failure: string | undefined;
}

const TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Memory = Pick<NodeJS.MemoryUsage, "rss" | "heapUsed" | "external">;

type Labelled = readonly [label: string, values: Readonly<Record<string, number>>];

/** One family for each count. `memory`: of the process, octets. */
export function metricsText(watched: Watched, memory: Memory): string {
  const { counts, refused, peers, devices, isServed, epochs, pending, flushes, unsent, sinceRound_s, failure } =
    watched;
  const { datagrams, triggers, up, cut, collided, m3Sent, proofs, slowDeliveries } = counts;
  return [
    family("datagrams_total", "counter", "Datagrams that came in.", datagrams),
    family("triggers_total", "counter", "M1 sent, repeats included.", triggers),
    family("uplink_frames_total", "counter", "Uplink frames of peers in a round.", up),
    family("uplink_cut_total", "counter", "Uplink frames that power failed in.", cut),
    family("uplink_collided_total", "counter", "Uplink frames that were not heard because of others.", collided),
    family("confirms_total", "counter", "M3 sent.", m3Sent),
    family("proofs_total", "counter", "Proofs of a new root that the key service took.", proofs),
    family("key_service", "gauge", "1: the key service is there.", isServed ? 1 : 0),
    family("epochs_total", "counter", "Epochs that the key service has given, the same again included.", epochs),
    family("received_total", "counter", "What became of frames that were heard.", ["kind", counts.received]),
    family("refused_total", "counter", "Frames refused, by reason.", ["reason", refused]),
    family("dropped_total", "counter", "Datagrams and frames dropped before, by reason.", ["reason", counts.dropped]),
    family("deliveries_total", "counter", "Readings by what the consumer said.", ["outcome", counts.deliveries]),
    family("slow_deliveries_total", "counter", "Readings not stored in time for an M3.", slowDeliveries),
    family("unsent_total", "counter", "Datagrams that the system did not take.", unsent),
    family("peers", "gauge", "Stations that listen.", peers),
    family("devices", "gauge", "Devices with a PMK.", devices),
    family("pending_readings", "gauge", "Readings on their way to the consumer.", pending),
    family("flushes_total", "counter", "Flushes of the file of readings.", flushes),
    family("resident_memory_bytes", "gauge", "Memory of the process.", memory.rss),
    family("heap_used_bytes", "gauge", "Of it what its objects take, garbage included.", memory.heapUsed),
    family("external_memory_bytes", "gauge", "Of it what objects keep outside of their heap.", memory.external),
    family("since_round_seconds", "gauge", "Since the last round began.", sinceRound_s),
    family("healthy", "gauge", "1: it is well.", failure === undefined ? 1 : 0),
  ].join("");
}

function family(name: string, type: "counter" | "gauge", help: string, values: number | Labelled): string {
  const full = `ampcore_ap_${name}`;
  const head = `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n`;
  if (typeof values === "number") return `${head}${full} ${numberText(values)}\n`;
  const [label, all] = values;
  const lines = Object.entries(all).map(([key, value]) => `${full}{${label}="${key}"} ${numberText(value)}\n`);
  return head + lines.join("");
}

function numberText(value: number): string {
  return value === Number.POSITIVE_INFINITY ? "+Inf" : String(value);
}

/** GET /metrics and /health: 200, or 503 with the reason. */
export class MetricsServer {
  readonly at: Source;
  readonly #server: Server;

  private constructor(server: Server) {
    const { address, port } = server.address() as AddressInfo;
    this.at = { address, port };
    this.#server = server;
  }

  /** @throws what the system says of the address. */
  static async open({ address, port }: Source, watched: () => Watched): Promise<MetricsServer> {
    const server = createServer((request, response) => {
      const path = request.url?.split("?")[0];
      const answer = (status: number, type: string, body: string): void => {
        response.writeHead(status, { "content-type": type, connection: "close" }).end(body);
      };
      if (request.method !== "GET") answer(405, TYPE, "only GET\n");
      else if (path === "/metrics") answer(200, TYPE, metricsText(watched(), process.memoryUsage()));
      else if (path === "/health") {
        const { failure = null, peers, devices, sinceRound_s } = watched();
        const body = { status: failure === null ? "ok" : "failing", failure, peers, devices, sinceRound_s };
        answer(failure === null ? 200 : 503, "application/json", `${JSON.stringify(body)}\n`);
      } else answer(404, TYPE, "there are /health and /metrics\n");
    });
    server.maxConnections = CONNECTIONS_MAX;
    server.headersTimeout = server.requestTimeout = REQUEST_ms;
    server.listen(port, address);
    await once(server, "listening");
    return new MetricsServer(server);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

const CONNECTIONS_MAX = 16;
const REQUEST_ms = 5000;
