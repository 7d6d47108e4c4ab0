/** EAP methods of a user, and the servers that know them: one in this process, and a real hostapd behind RADIUS if it is there. */

import type { EapMethod } from "../../host/eap/method.ts";
import { EapPskMethod } from "../../host/eap/pskmethod.ts";
import { EapPskServer } from "../../host/eap/pskserver.ts";
import { EapPwdMethod } from "../../host/eap/pwdmethod.ts";
import { EapTlsMethod } from "../../host/eap/tlsmethod.node.ts";
import { RadiusUdpClient, steady_s } from "../../host/radius/udp.node.ts";
import { nodeRsnCrypto as crypto } from "../../host/rsn/keys/crypto.node.ts";
import { type Authenticator, directly } from "../../host/senaa/paa/authenticator.ts";
import { radiusAuthenticator } from "../../host/senaa/paa/radius.ts";
import { toHex } from "../../host/wire/octets.ts";
import type { Certificates } from "../../tests/peers/certificates.ts";
import { HostapdRadius } from "../../tests/peers/radius.ts";

export interface Method {
  readonly name: string;
  /** An NAI. */
  readonly user: string;
  /** For one conversation. */
  readonly make: () => EapMethod;
}

const SECRET = "testing123";
const PSK = new Uint8Array(16).fill(0x42);
const PASSWORD = "a good password";
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export function methodsOf({ ca, client, clientKey }: Certificates): readonly Method[] {
  const [psk, pwd, tls] = ["psk@plant.example", "pwd@plant.example", "tls@plant.example"];
  return [
    { name: "EAP-PSK", user: psk, make: () => new EapPskMethod({ crypto, identity: utf8(psk), psk: PSK }) },
    {
      name: "EAP-pwd",
      user: pwd,
      make: () => new EapPwdMethod({ crypto, identity: utf8(pwd), password: utf8(PASSWORD) }),
    },
    {
      name: "EAP-TLS",
      user: tls,
      make: () => new EapTlsMethod({ ca, certificate: client, key: clientKey, serverName: "server" }),
    },
  ];
}

/** EAP-PSK in this process: what SeNAA itself costs. */
export const inProcess: Authenticator = directly(
  new EapPskServer({ crypto, idS: utf8("paa.example"), keyOf: () => PSK }),
);

export interface RealServer {
  readonly udp: RadiusUdpClient;
  readonly authenticator: Authenticator;
  close(): Promise<void>;
}

/** @throws Error when hostapd does not start. */
export async function hostapd(own: Certificates): Promise<RealServer> {
  const users = [
    `"psk@plant.example" PSK ${toHex(PSK)}`,
    '"tls@plant.example" TLS',
    `"pwd@plant.example" PWD "${PASSWORD}"`,
  ];
  const files = { "ca.pem": own.ca, "server.pem": own.server, "server.key": own.serverKey };
  const tls = ["ca_cert=ca.pem", "server_cert=server.pem", "private_key=server.key"];
  const daemon = await HostapdRadius.start(SECRET, users.join("\n"), tls, files);
  const udp = await RadiusUdpClient.open({ address: "127.0.0.1", port: daemon.port }, utf8(SECRET));
  const address = Uint8Array.of(2, 0xa0, 0, 0, 0, 0x61);
  return {
    udp,
    authenticator: radiusAuthenticator({ client: udp.client, nasIdentifier: "paa.example", address, now_s: steady_s }),
    async close() {
      udp.close();
      await daemon.stop();
    },
  };
}
