/** What phase 2 says inside of TLS, without the Msg-Checksum that is made where it is sent. */

import type { Body } from "../wire/fields.ts";
import type { CLA, CLR } from "../wire/messages.ts";

export type ClrBody = Omit<Body<(typeof CLR)["inner"]>, "msgChecksum">;
export type ClaBody = Omit<Body<(typeof CLA)["inner"]>, "msgChecksum">;
