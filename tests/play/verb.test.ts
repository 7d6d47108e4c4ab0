/** ampcore play: a server that says where it is and ends when it is told to, and a folder that needs none. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { servePlay } from "../../host/play/server.node.ts";
import { linked } from "../../host/play/worker/link.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { undoAtExit } from "../peers/programs.ts";
import { calls } from "../support/calls.ts";

const ENTRY = fileURLToPath(new URL("../../host/cli/ampcore.mjs", import.meta.url));

function got(
  url: string,
  { method = "GET", host }: { method?: string; host?: string } = {},
): Promise<{ status?: number; text: string; type?: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: host === undefined ? {} : { host } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode, text, type: response.headers["content-type"] }));
    });
    asked.on("error", reject).end();
  });
}

test("it prints its address with the scenario in it, serves one page to this machine alone, and SIGINT ends it", async () => {
  const child = spawn(process.execPath, [ENTRY, "play", "hostile", "--seed", "7", "--port", "0"]);
  const undo = undoAtExit(() => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  try {
    const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
    const [, url, fragment] = /^(http:\/\/127\.0\.0\.1:\d+\/)#(\S+)\n$/.exec(line) ?? assert.fail(line);
    const { scenario } = linked(fragment);
    assert.equal(scenario.name, "hostile");
    assert.equal(scenario.seed, 7);
    const { status, text, type } = await got(url);
    assert.equal(status, 200);
    assert.equal(type, "text/html; charset=utf-8");
    assert.match(text, /^<!doctype html>/);
    assert.equal((await got(`${url}other`)).status, 404);
    assert.equal((await got(url, { method: "POST" })).status, 405);
    assert.equal((await got(url, { host: "evil.example" })).status, 404, "a name that leads here by another's DNS");
    child.kill("SIGINT");
    assert.deepEqual(await exited, [0, null]);
  } finally {
    child.kill("SIGKILL");
    undo();
  }
});

test("whatever is asked of the server, it answers and goes on: no path leads anywhere else, nobody frames the page", async () => {
  const serving = await servePlay(0);
  try {
    const { port } = new URL(serving.url);
    const host = `Host: 127.0.0.1:${port}`;
    const cases: readonly (readonly [asked: string, status: number])[] = [
      [`GET / HTTP/1.1\r\n${host}`, 200],
      [`GET /index.html?a=1 HTTP/1.1\r\n${host}`, 200],
      [`GET // HTTP/1.1\r\n${host}`, 404],
      [`GET http://[ HTTP/1.1\r\n${host}`, 404],
      [`GET /../../etc/passwd HTTP/1.1\r\n${host}`, 404],
      [`GET /%2e%2e/%00 HTTP/1.1\r\n${host}`, 404],
      [`GET /index.html/ HTTP/1.1\r\n${host}`, 404],
      [`OPTIONS * HTTP/1.1\r\n${host}`, 405],
      ["GET / HTTP/1.0\r\nAccept: */*", 404],
      [`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}.evil.example`, 404],
      ["nonsense", 400],
    ];
    for (const [asked, status] of cases) {
      const answer = await said(Number(port), `${asked}\r\nConnection: close\r\n\r\n`);
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), `${asked}: ${answer.slice(0, 80)}`);
    }
    assert.match(
      await said(Number(port), `HEAD / HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`),
      /frame-ancestors 'none'.*\r\n\r\n$/s,
    );
  } finally {
    await serving.close();
  }
});

/** All that the server answers to those octets. */
async function said(port: number, octets: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let answer = "";
  socket.on("data", (part: string) => {
    answer += part;
  });
  socket.write(octets);
  await once(socket, "close");
  return answer;
}

test("--out writes one file that names nothing beside it, with no path of this machine in it", async () => {
  const folder = join(scratchFolder(), "site");
  const { code, stdout, stderr } = await ampcore(["play", "--out", folder]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "");
  assert.deepEqual(readdirSync(folder), ["index.html"]);
  const html = readFileSync(join(folder, "index.html"), "utf8");
  assert.match(html, /Content-Security-Policy" content="default-src &#x27;none&#x27;; /);
  const [markup] = html.split('<script type="application/json"');
  assert.doesNotMatch(markup, /(src|href)="(?!#|data:)/);
  assert.ok(!html.includes(process.cwd()), "the folder of these sources");
});

test("mistakes of a call: one sentence, exit code 2", async () => {
  const file = join(scratchFolder(), "file");
  writeFileSync(file, "");
  const cases: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
    [["--port", "x"], /--port "x" is no whole number from 0 to 65535/],
    [["--port", "0", "--out", "x"], /--port and --out exclude each other/],
    [["--out", file], /--out .* cannot be written \(EEXIST\), where a folder of yours is expected/],
    [["nowhere"], /the scenario nowhere does not exist/],
    [["--set", "ap.slotz=3"], /there is no key ap\.slotz/],
  ];
  const outcomes = await calls(...cases.map(([args]) => ["play", ...args]));
  for (const [i, [args, sentence]] of cases.entries()) {
    assert.equal(outcomes[i].code, 2, args.join(" "));
    assert.match(outcomes[i].stderr, sentence);
    assert.equal(outcomes[i].stderr.trim().split("\n").length, 1, "one sentence");
  }
});
